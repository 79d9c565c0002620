<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Application</name>
    <message>
        <source>Otoscribe cannot start</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LanguageFeature</name>
    <message>
        <source>As the &amp;system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language of the interface</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The language changes when Otoscribe is started the next time.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>0 of {len} files failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A decoder of {layers} layers cannot become one of {wanted}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A lexicon&apos;s name is written in small letters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A signature needs a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A spoken form has another {join} than what would be written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a row for each term and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add clips of other speakers, in which some words go wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An adapter {name} is there already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An addendum needs a text and a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another model is installed as {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program has been changing the lexicons for 20 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask for access on its page and set HF_TOKEN.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the admin to mend it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Both systems must have heard the same clips.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change its text, or sign it before adding to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check HF_ENDPOINT and HTTPS_PROXY.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check HF_ENDPOINT and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check HTTPS_PROXY (and NO_PROXY for inside servers) and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check it with: otoscribe models verify, and fetch it again with: otoscribe models pull NAME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check its installation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check its name and that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that it is a folder and that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that it is there and readable.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that it is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the data folder can be reached.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the file is still there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the folder exists and that you may write to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the disk and its free space, then try again; everything saved before is safe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the name; for a private or gated repository set HF_TOKEN to a token that may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network (behind a proxy, set HTTPS_PROXY) and try again: it continues where it was; or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a Whisper model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a Whisper repository.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file with a sound track.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model that has one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a recording made here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a recording; the file is where it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another model or fetch it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another name, or run: otoscribe adapt remove {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another place with room for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another place, or remove it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another preset.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one of the note&apos;s recordings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close Otoscribe and start it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs and run the same command again: it goes on where it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs that work hard, and read this passage again; the recording goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close that program, then play again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the program that uses it (a call, a browser tab) or choose another microphone, then record again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the programs that use it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the bundle again, or make a new one with: otoscribe models export NAME FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the newest backup, {backup}, to its place (move away {name}-wal first if it is there), or move the backups away to start anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct or remove that file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct that line, or remove it for the default.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct the file, or move it away to start with the defaults.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Damaged: {join}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dictate or type its text first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dictate, correct and sign some more notes: about 20 utterances with corrections are needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Divide it by specialty and import the parts that you dictate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export it as safetensors or onnx.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export it in another form.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the note as DOCX or text instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetch again with: otoscribe models pull {damaged}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetch it again with: otoscribe models pull NAME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetch the model again with: otoscribe models pull NAME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fewer than two clips have a text and a length of 0.1 to 29.5 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill it, a term a line, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some disk space and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some disk space, then build the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space and make the folder writable, then try again; the recording is where it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space and run the same command again; what writes now is unchanged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space and save again; everything saved before is safe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space and try again: what was fetched is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space or make the folder writable, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give --batch-seconds a smaller number and run the same command again: it goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give a UTF-8 text file, a word a line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give a spoken form with the same, or leave it out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give another name, or replace it with --replace.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give both.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give clips with text, or longer speech for --replay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give it one of its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give more recordings with their text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the name of the document to write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on, and if it happens again, send the log file to your administrator: it holds no text and no sound.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If your network inspects encrypted traffic, set REQUESTS_CA_BUNDLE to the PEM file with its root certificate and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import or train it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the settings file {path}, version is not a whole number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the settings file {path}, {name} must be {metadata}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the template {template}, {{body}} shares its paragraph</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install Otoscribe again to restore it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install Otoscribe again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install it with: pip install &quot;otoscribe[adaptation]&quot;, or use --backend onnx.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install with: pip install &quot;otoscribe[adaptation]&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is not said whose corrections are meant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It may have been removed; look again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It must be a UTF-8 text file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was made for {base}; use that model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learn from clips whose text is known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let it name the PEM file with the root certificates that your network needs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {number} of {path} has times or words that cannot be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {number} of {path} is not JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {number} of {path} lacks &quot;audio&quot; or &quot;hypothesis&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {number} of {path} names audio that is not there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {number} of {path} {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for {audio}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make it first, or choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make it readable.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make it writable for you, or close the programs that use the model, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make it writable, or set OTOSCRIBE_HOME to a folder that is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make it writable.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make it, or choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the file and its folder writable for your user, or set OTOSCRIBE_HOME to a folder that is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the file writable, or move it away to count anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the folder writable or free some space; the old settings are kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the folder writable or free some space; what was there before is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure clips whose text is known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mend that line; docs/manifests.md shows the format.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move it away: the lexicons stay, but switches and terms taken back are forgotten.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move it to where it belongs; Otoscribe makes its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a file with terms in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the audio files in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the folder of a Whisper model in Hugging Face or CTranslate2 form.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No adapter of {base} is in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No clip can be learned from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No loudspeaker can be opened ({reason})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No microphone was found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note {note_id} has no text to sign</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note {note_id} is a draft</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note {number} has no version {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was changed; close the other program, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was recorded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open it in a player to check it, or convert it to WAV or FLAC.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otoscribe learns from corrections in English only so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otoscribe never opens pickled weights (.bin, .pt), which can run programs; choose a repository with model.safetensors.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otoscribe reads safetensors or CTranslate2 weights, never pickled ones (.bin, .pt).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otoscribe runs Whisper models only; choose one of those.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug in a loudspeaker or headphones and choose them in the system&apos;s sound settings, then play again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug it in again or choose another, and allow the microphone in the system&apos;s privacy settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug it in or choose another, then record again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug it in, then play again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug one in or allow it in the system&apos;s privacy settings, then record again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press Record and say the term.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put a line such as written,spoken,category above it: only written is needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put it where it belongs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Record it again or choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recordings are kept with their notes until the model is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove it with otoscribe lexicon remove and import it again, or put the file back from a backup.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove that file; then promote the adapter that you want.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the folder and fetch the model again with: otoscribe models pull NAME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run: otoscribe models pull {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run: otoscribe models remove {name}, or import this one under another name with --name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save it as .docx in Word, or do without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the terms as plain text or CSV, in UTF-8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See its terms with: otoscribe lexicon show {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the names with: otoscribe lexicon list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the names with: otoscribe lexicon list, or give the path of a file of terms.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See what there is with: otoscribe adapt list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See: otoscribe models verify {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set HF_ENDPOINT to a hub that does, so that what arrives can be checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set HTTPS_PROXY to http://NAME:PASSWORD@HOST:PORT and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set PIP_INDEX_URL (or pip&apos;s index-url) to a mirror that has it, {BUNDLE_INSTEAD}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set PIP_INDEX_URL to a registry or mirror that you may use, {BUNDLE_INSTEAD}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set your name in the settings, or give --author NAME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set your name in the settings, or give it as author.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something on the way may have changed it: check proxy and mirror and try again, {BUNDLE_INSTEAD}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong inside Otoscribe; what you said and wrote is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop and start another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch it off with: otoscribe lexicon off {name}, or take back single terms with remove --term.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take it out; there are {join}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The PDF cannot show writing from right to left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter does not fit the model at {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter {name} cannot be written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter {name} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter {name} was made for other weights than those of {name2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bundle {path} cannot be written ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted on this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The computer was too busy to hear everything: a moment of sound is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The config.json of {model} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The counters of terms in {_path} cannot be used ({error})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device {device} computes wrong numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device {device} does not work here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full, or refuses large files, at {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full: the change was not written to {database}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full: {folder} takes no more audio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk refused to read or write {database}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file {database} is a database of another program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder of unsaved recordings {folder} cannot be read ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {folder} cannot be made ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {parent} is not there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub at {host} has no {repository}, or it is private</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub names no revision of {repository}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hypotheses {path} cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lexicon {name} holds no such term</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lexicon {name} is {belongs}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lexicon {path} cannot be read ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lexicon {path} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lexicon {path} is from another version of Otoscribe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lines above say why; the others are done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The loudspeaker is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The loudspeaker is used by another program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The manifest {path} cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The manifest {path} names no clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The memory is full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The microphone {name} cannot be opened ({reason})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The microphone {name} is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The microphone {name} is not there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The microphone {name} is used by another program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model catalogue {name} cannot be read ({error})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model does not know the language {language}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model has a vocabulary of its own, which readers of {form} would take for Whisper&apos;s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model in {name} is of type {get}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model lacks its {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model needs {_megabytes} MB of disk space in {folder}, and {_megabytes2} MB are free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model writes as before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {name} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {name} is damaged: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {name} is damaged: {problems}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {name} is not installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {name} that ships with Otoscribe is damaged (its SHA-256 differs)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {name} that ships with Otoscribe is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s config.json gives layers or heads that do not fit together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s config.json is incomplete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s config.json is missing or damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s generation_config.json lists alignment heads that it does not have</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s tokenizer lacks &lt;|{names}|&gt;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s tokenizer.json is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s vocabulary is not Whisper&apos;s byte-level one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s weights do not fit its config.json at {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s weights lack {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s {name} cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s {name} could not be written ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s {name} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s {name} is damaged or cut off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s {name} is missing or damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model.bin is not a Whisper model in CTranslate2 form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The models folder {folder} cannot be used ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The notes in {database} are in use by another program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The notes in {database} cannot be opened ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The notes in {database} cannot be opened for writing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The notes in {database} were written by a newer version of Otoscribe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The notes&apos; database {database} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The notes&apos; database {database} is missing or empty, but it has been there before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The package registry does not have {project} {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy asks for a name and a password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy does not connect to {host}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The record of notes is not open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording cannot be deleted ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording cannot be written to {folder} ({reason})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording has reached the 4 GB that a WAV file can hold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording {audio} cannot be put into {parent} ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording {audio} cannot be read ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording {path} cannot be read ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording {path} is no WAV file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording {path} is not in 16-bit samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The repository lacks {missing}, which its model.safetensors.index.json names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The repository&apos;s model.safetensors.index.json is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The scope {scope} cannot be imported into</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings cannot be written to {path} ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {path} cannot be read ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {path} holds no JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {path} is from a newer version of Otoscribe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {path} is nested too deeply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {path} is not JSON at line {lineno}: {msg}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file {path} is not UTF-8 text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sound library PortAudio is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sound system of this computer does not answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The speech model is not loaded yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The template {template} cannot be opened as a Word document</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The template {template} has no {{{name}}}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The template {template} has the unknown placeholder {{{name}}}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The torch backend needs torch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training cannot be kept in {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training cannot be started ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The training ended by itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The vocabulary of {model} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights in {name} are damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights of {name} could not be written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The words in {path} cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no formatting rules for the language {code}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no weights in {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are too few words to learn from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a lexicon {name} already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is neither a lexicon nor a file {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no adapter {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no adapter {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no backend {backend}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no backup beside it. {away}, and ask your IT for theirs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no correction {correction_id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file {audio}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder {parent}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no formatting rule {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no lexicon of that name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no manifest {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model {name} in the catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no punctuation {punctuation}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no recording {recording_id}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to go back from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This cannot be a term: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model knows English only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train from a manifest of your own: otoscribe adapt train MANIFEST --name NAME --language CODE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training needs {join}, which this installation lacks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again later, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again: it continues where it was; {BUNDLE_INSTEAD}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unplug the microphone and plug it in again, or restart the computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unset it and try again, {BUNDLE_INSTEAD}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update Otoscribe on this computer; nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update Otoscribe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update its driver; until then use --device cpu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update the graphics card&apos;s driver, or install the torch that suits it: pytorch.org/get-started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --device with one of: {join}.{known}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --device with one of: {join}.{wanted}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --language en or a multilingual model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a two-letter code such as en, de or zh, or auto.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use it with --model {base}, or train it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use letters, digits, dots and dashes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use letters, digits, dots and single dashes, with at most one slash between owner and name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use one that this Otoscribe exported.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use onnx or torch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use small letters, digits, hyphens; at most 64.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use user, department or patient.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use {casefold}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was recorded until now is kept. Free some space, then go on recording or stop.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was said until now is kept. Plug it in and go on recording, or stop.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a line {&quot;audio&quot;: ..., &quot;text&quot;: ...} per clip.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it as owner/name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it with: otoscribe eval MANIFEST --hypotheses FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>onnxruntime offers no device {device} here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>otoscribe notes versions {number} shows what there is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pip&apos;s settings in {path} cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>torch does not work on {device} here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>torch offers no device {device} here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{_suggest}A model of the hub is named owner/name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{_suggest}See all with: otoscribe models list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{audio} cannot be read ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{audio} holds no audio that can be kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{away}, and copy the newest backup, {backup}, to its place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{cache} cannot be written ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} of your utterances are gathered so far, too few to learn from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{folder} holds no model (it has no config.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host_of} states no size and hash for {rfilename}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} answers with HTTP {status}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} cannot be reached, or the connection broke too often</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} does not answer as a package index does</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} does not have the file (HTTP 404)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{host} refuses access (HTTP {status})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{install} Or use --device cpu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{member} in the wheel is not the expected file (its SHA-256 differs)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} has no tokenizer.json and no {missing} to build it from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} is a model of type {kind}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} as sent by {host_of} is not the expected file (its {_kind} differs)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be a lexicon&apos;s name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be a model&apos;s name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be an adapter&apos;s name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} ended by itself ({exitcode})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has no text in the manifest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has {count} lines; a lexicon has at most 500000</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has {size} MB; a list of terms has at most {LARGEST_FILE_BYTES}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} holds a header and no terms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} holds no audio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} holds no sound at all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} holds no term that can be taken ({_rows_in_words})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} in {name2} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} in {name2} is damaged (its SHA-256 differs)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is a table whose first line names no column &apos;written&apos;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is damaged or not a bundle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is no adapter of this version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is no packed model of this version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is not a model bundle (it has no {MANIFEST_FILE})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is not a usable model bundle: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is not audio that can be read, or it is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is not text ({unreadable} of its first {len} characters cannot be read)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is {kind}, not a list of terms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} names {value}, which is not a readable file of certificates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} of {name2} does not have the expected SHA-256</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be read ({reason})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be read ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be written ({strerror})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} holds nothing for {missing}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is from a newer version of Otoscribe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is there already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is {kind}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{repository} has no safetensors weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{repository} holds no model in Hugging Face form (it has no config.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{repository} is not a name that the hub knows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{repository} is open only to those whom its owners let in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{root} is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rstrip}; the recording is safe on disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{variable} is set, so nothing is fetched from the hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{wheel} does not hold what was expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{without_password} does not answer as a hub does</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{without_password} is not a usable address</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
