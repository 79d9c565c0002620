import json
import subprocess
import sys

from click.testing import CliRunner, Result

from app.commands.format import command
from app.dictation import RULES


def call(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(command, list(arguments), input=stdin, prog_name="otoscribe format")


def test_a_text_in_its_written_form() -> None:
    assert call("metoprolol twenty five milligrams b i d period").output == "Metoprolol 25 mg BID.\n"
    assert call("--language", "de", "null komma fünf Milligramm").output == "0,5 mg\n"
    assert call("").output == "\n"


def test_json_keeps_line_ends_inside() -> None:
    assert json.loads(call("--json", "plan colon new line rest").output) == "Plan:\nRest"
    assert call("--json", "--language", "zh", "句号").output == '"。"\n'


def test_each_line_of_the_standard_input() -> None:
    done = call("--json", stdin=b"no fever comma\r\n\nplan colon new line rest")
    assert [json.loads(line) for line in done.output.splitlines()] == ["No fever,", "", "Plan:\nRest"]
    assert call(stdin=b"").output == ""
    assert call(stdin=b"five milligrams \xff\n").output == "5 mg �\n"


def test_rules_and_punctuation_can_be_chosen() -> None:
    assert call("--off", "roman", "--off", "capitals", "stage three").output == "stage 3\n"
    assert call("--punctuation", "automatic", "no fever comma").output == "No fever comma\n"
    assert call("--punctuation", "spoken", "No fever. Comma no cough").output == "No fever, no cough\n"


def test_wrong_usage_is_exit_2_and_says_what_there_is() -> None:
    for arguments in (["--off", "dosage", "x"], ["--language", "fr", "x"], ["--punctuation", "none", "x"], ["a", "b"]):
        assert call(*arguments).exit_code == 2
    assert "roman" in call("--off", "dosage", "x").output
    assert "de, en, zh" in call("--language", "fr", "x").output


def test_help_lists_every_rule_and_an_example() -> None:
    output = call("--help").output
    assert "otoscribe format" in output
    assert all(f"  {rule} " in output for rule in RULES)


def test_the_program_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "format", "--json"],
        input="stage three\n",
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, '"Stage III"\n', "")
