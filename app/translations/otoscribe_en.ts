<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Batch</name>
    <message numerus="yes">
        <source>%n file(s) could not be written down. Choose one to see what to do.</source>
        <translation>
            <numerusform>%n file could not be written down. Choose it to see what to do.</numerusform>
            <numerusform>%n files could not be written down. Choose one to see what to do.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) to go</source>
        <translation>
            <numerusform>%n file to go</numerusform>
            <numerusform>%n files to go</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Paused, %n file(s) waiting</source>
        <translation>
            <numerusform>Paused, %n file waiting</numerusform>
            <numerusform>Paused, %n files waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The speech model is missing (F2 gets it), %n file(s) waiting</source>
        <translation>
            <numerusform>The speech model is missing (F2 gets it), %n file waiting</numerusform>
            <numerusform>The speech model is missing (F2 gets it), %n files waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Your dictation goes first, %n file(s) waiting</source>
        <translation>
            <numerusform>Your dictation goes first, %n file waiting</numerusform>
            <numerusform>Your dictation goes first, %n files waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>&amp;Import %n term(s)</source>
        <translation>
            <numerusform>&amp;Import %n term</numerusform>
            <numerusform>&amp;Import %n terms</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Learning</name>
    <message numerus="yes">
        <source>%n correction(s) for you to decide.</source>
        <translation>
            <numerusform>%n correction for you to decide.</numerusform>
            <numerusform>%n corrections for you to decide.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n utterance(s) gathered, {usable} of them can be learned from. Misheard: {misheard}. Rewritten: {rewritten}.</source>
        <translation>
            <numerusform>%n utterance gathered, {usable} of them can be learned from. Misheard: {misheard}. Rewritten: {rewritten}.</numerusform>
            <numerusform>%n utterances gathered, {usable} of them can be learned from. Misheard: {misheard}. Rewritten: {rewritten}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{doing}: about %n minute(s) to go</source>
        <translation>
            <numerusform>{doing}: about %n minute to go</numerusform>
            <numerusform>{doing}: about %n minutes to go</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LexiconsModel</name>
    <message numerus="yes">
        <source>%n term(s)</source>
        <translation>
            <numerusform>%n term</numerusform>
            <numerusform>%n terms</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The lexicon {name} has %n term(s) and is on.</source>
        <translation>
            <numerusform>The lexicon {name} has %n term and is on.</numerusform>
            <numerusform>The lexicon {name} has %n terms and is on.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{shown} of %n term(s); search to see others</source>
        <translation>
            <numerusform>{shown} of %n term; search to see others</numerusform>
            <numerusform>{shown} of %n terms; search to see others</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LexiconsPage</name>
    <message numerus="yes">
        <source>%n term(s), {whose}</source>
        <translation>
            <numerusform>%n term, {whose}</numerusform>
            <numerusform>%n terms, {whose}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove the lexicon {name} with its %n term(s)?</source>
        <translation>
            <numerusform>Remove the lexicon {name} with its %n term?</numerusform>
            <numerusform>Remove the lexicon {name} with its %n terms?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NotePage</name>
    <message numerus="yes">
        <source>%n field(s) to fill</source>
        <translation>
            <numerusform>%n field to fill</numerusform>
            <numerusform>%n fields to fill</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not written down yet</source>
        <translation>
            <numerusform>%n not written down yet</numerusform>
            <numerusform>%n not written down yet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recording(s)</source>
        <translation>
            <numerusform>%n recording</numerusform>
            <numerusform>%n recordings</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) to check</source>
        <translation>
            <numerusform>%n word to check</numerusform>
            <numerusform>%n words to check</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecognitionModel</name>
    <message numerus="yes">
        <source>%n voice command(s) in this recording changed the note when it was dictated. Compare what is written now with the recording.</source>
        <translation>
            <numerusform>%n voice command in this recording changed the note when it was dictated. Compare what is written now with the recording.</numerusform>
            <numerusform>%n voice commands in this recording changed the note when it was dictated. Compare what is written now with the recording.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{line}, %n more waiting</source>
        <translation>
            <numerusform>{line}, %n more waiting</numerusform>
            <numerusform>{line}, %n more waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryBar</name>
    <message numerus="yes">
        <source>%n recording(s) not in a note yet:</source>
        <translation>
            <numerusform>%n recording not in a note yet:</numerusform>
            <numerusform>%n recordings not in a note yet:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SignDialog</name>
    <message numerus="yes">
        <source>%n field(s) still open. F3 leads to them.</source>
        <translation>
            <numerusform>%n field still open. F3 leads to them.</numerusform>
            <numerusform>%n fields still open. F3 leads to them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) still marked to be checked. F7 leads to them.</source>
        <translation>
            <numerusform>%n word still marked to be checked. F7 leads to them.</numerusform>
            <numerusform>%n words still marked to be checked. F7 leads to them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplateImportDialog</name>
    <message numerus="yes">
        <source>You have %n template(s) of the same name already.</source>
        <translation>
            <numerusform>You have %n template of the same name already.</numerusform>
            <numerusform>You have %n templates of the same name already.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplatesModel</name>
    <message numerus="yes">
        <source>Exported %n template(s) to {path}.</source>
        <translation>
            <numerusform>Exported %n template to {path}.</numerusform>
            <numerusform>Exported %n templates to {path}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplatesPage</name>
    <message numerus="yes">
        <source>%n template(s)</source>
        <translation>
            <numerusform>%n template</numerusform>
            <numerusform>%n templates</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TransferFeature</name>
    <message numerus="yes">
        <source>%n field(s) in it are still open.</source>
        <translation>
            <numerusform>%n field in it is still open.</numerusform>
            <numerusform>%n fields in it are still open.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) in it are still marked to be checked.</source>
        <translation>
            <numerusform>%n word in it is still marked to be checked.</numerusform>
            <numerusform>%n words in it are still marked to be checked.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VoiceCommands</name>
    <message numerus="yes">
        <source>Filled: %n field(s)</source>
        <translation>
            <numerusform>Filled: %n field</numerusform>
            <numerusform>Filled: %n fields</numerusform>
        </translation>
    </message>
</context>
</TS>
