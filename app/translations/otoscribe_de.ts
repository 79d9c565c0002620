<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;About Otoscribe</source>
        <translation>Ü&amp;ber Otoscribe</translation>
    </message>
    <message>
        <source>&amp;Add addendum…</source>
        <translation>Nachtrag &amp;hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Cancel recognition</source>
        <translation>&amp;Erkennung abbrechen</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Dictation</source>
        <translation>&amp;Diktat</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>&amp;Find notes</source>
        <translation>Berichte &amp;suchen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Larger text</source>
        <translation>Text &amp;größer</translation>
    </message>
    <message>
        <source>&amp;New note</source>
        <translation>&amp;Neuer Bericht</translation>
    </message>
    <message>
        <source>&amp;Note</source>
        <translation>Be&amp;richt</translation>
    </message>
    <message>
        <source>&amp;PDF…</source>
        <translation>&amp;PDF…</translation>
    </message>
    <message>
        <source>&amp;Play from the cursor</source>
        <translation>Ab Schreibmarke wiede&amp;rgeben</translation>
    </message>
    <message>
        <source>&amp;Record, pause or resume</source>
        <translation>Aufnehmen, &amp;pausieren, fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Recovered recordings</source>
        <translation>Wieder&amp;gefundene Aufnahmen</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>Wiederherst&amp;ellen</translation>
    </message>
    <message>
        <source>&amp;Sign note…</source>
        <translation>Bericht &amp;signieren…</translation>
    </message>
    <message>
        <source>&amp;Stop and write down</source>
        <translation>&amp;Stoppen und schreiben</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Usual text size</source>
        <translation>&amp;Übliche Textgröße</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Word document…</source>
        <translation>&amp;Word-Dokument…</translation>
    </message>
    <message>
        <source>Add to a signed note</source>
        <translation>Einen signierten Bericht ergänzen</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>Check microphone, model and &amp;disk</source>
        <translation>&amp;Mikrofon, Modell und Speicherplatz prüfen</translation>
    </message>
    <message>
        <source>Close Otoscribe</source>
        <translation>Otoscribe beenden</translation>
    </message>
    <message>
        <source>Colours: {theme}</source>
        <translation>Farben: {theme}</translation>
    </message>
    <message>
        <source>Export as</source>
        <translation>Exportieren als</translation>
    </message>
    <message>
        <source>Go to the &amp;text</source>
        <translation>Zum &amp;Text</translation>
    </message>
    <message>
        <source>Go to the next word that is marked</source>
        <translation>Zum nächsten markierten Wort</translation>
    </message>
    <message>
        <source>How dictated text is written</source>
        <translation>Wie diktierter Text geschrieben wird</translation>
    </message>
    <message>
        <source>L&amp;ight</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>Look for &amp;microphones</source>
        <translation>&amp;Mikrofone suchen</translation>
    </message>
    <message>
        <source>Next word to &amp;check</source>
        <translation>Nächstes Wort &amp;prüfen</translation>
    </message>
    <message>
        <source>Offer other wordings for the word at the cursor, or an abbreviation in full</source>
        <translation>Andere Wortlaute für das Wort an der Schreibmarke anbieten, oder eine Abkürzung ausgeschrieben</translation>
    </message>
    <message>
        <source>Other &amp;wordings…</source>
        <translation>&amp;Andere Wortlaute…</translation>
    </message>
    <message>
        <source>Plain &amp;text…</source>
        <translation>Nur &amp;Text…</translation>
    </message>
    <message>
        <source>Play the recording from the word at the cursor</source>
        <translation>Die Aufnahme ab dem Wort an der Schreibmarke wiedergeben</translation>
    </message>
    <message>
        <source>Put the cursor into the note&apos;s text</source>
        <translation>Die Schreibmarke in den Text des Berichts setzen</translation>
    </message>
    <message>
        <source>Read the list of microphones anew</source>
        <translation>Die Liste der Mikrofone neu lesen</translation>
    </message>
    <message>
        <source>Recognise a&amp;gain</source>
        <translation>Er&amp;neut erkennen</translation>
    </message>
    <message>
        <source>Record; press again to pause and resume</source>
        <translation>Aufnehmen; noch einmal drücken für Pause und Fortsetzen</translation>
    </message>
    <message>
        <source>S&amp;maller text</source>
        <translation>Text &amp;kleiner</translation>
    </message>
    <message>
        <source>Search the notes</source>
        <translation>Die Berichte durchsuchen</translation>
    </message>
    <message>
        <source>Show recordings that a crash left behind</source>
        <translation>Aufnahmen zeigen, die ein Absturz zurückgelassen hat</translation>
    </message>
    <message>
        <source>Sign the note; its text can&apos;t change afterwards</source>
        <translation>Den Bericht signieren; danach ist sein Text nicht mehr änderbar</translation>
    </message>
    <message>
        <source>Stop recording and write it down</source>
        <translation>Aufnahme beenden und schreiben</translation>
    </message>
    <message>
        <source>Stop writing down; the recording is kept</source>
        <translation>Das Schreiben abbrechen; die Aufnahme bleibt</translation>
    </message>
    <message>
        <source>Take back what was written in place of the words at the cursor</source>
        <translation>Zurücknehmen, was statt der gehörten Wörter an der Schreibmarke geschrieben wurde</translation>
    </message>
    <message>
        <source>Write as &amp;heard</source>
        <translation>Wie &amp;gehört schreiben</translation>
    </message>
    <message>
        <source>Write the note&apos;s recordings down again</source>
        <translation>Die Aufnahmen des Berichts noch einmal schreiben</translation>
    </message>
    <message>
        <source>Written &amp;form…</source>
        <translation>Schreib&amp;weise…</translation>
    </message>
</context>
<context>
    <name>AddendumDialog</name>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Your name</source>
        <translation>&amp;Ihr Name</translation>
    </message>
    <message>
        <source>A&amp;ddendum</source>
        <translation>&amp;Nachtrag</translation>
    </message>
    <message>
        <source>Add an addendum</source>
        <translation>Nachtrag hinzufügen</translation>
    </message>
    <message>
        <source>Addendum</source>
        <translation>Nachtrag</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Ihr Name</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>Otoscribe cannot start</source>
        <translation>Otoscribe kann nicht starten</translation>
    </message>
</context>
<context>
    <name>Batch</name>
    <message numerus="yes">
        <source>%n file(s) could not be written down. Choose one to see what to do.</source>
        <translation>
            <numerusform>%n Datei konnte nicht niedergeschrieben werden. Wählen Sie sie aus, um zu sehen, was zu tun ist.</numerusform>
            <numerusform>%n Dateien konnten nicht niedergeschrieben werden. Wählen Sie eine aus, um zu sehen, was zu tun ist.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) to go</source>
        <translation>
            <numerusform>Noch %n Datei</numerusform>
            <numerusform>Noch %n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>Another window of Otoscribe works through this queue.</source>
        <translation>Ein anderes Fenster von Otoscribe arbeitet diese Warteschlange ab.</translation>
    </message>
    <message>
        <source>No files are waiting.</source>
        <translation>Es warten keine Dateien.</translation>
    </message>
    <message>
        <source>No speech was heard; the sound is in its note</source>
        <translation>Keine Sprache gehört; die Aufnahme steht in ihrem Bericht</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message numerus="yes">
        <source>Paused, %n file(s) waiting</source>
        <translation>
            <numerusform>Angehalten, %n Datei wartet</numerusform>
            <numerusform>Angehalten, %n Dateien warten</numerusform>
        </translation>
    </message>
    <message>
        <source>Still being written; taken when it stands still</source>
        <translation>Wird noch geschrieben; folgt, sobald sie sich nicht mehr ändert</translation>
    </message>
    <message numerus="yes">
        <source>The speech model is missing (F2 gets it), %n file(s) waiting</source>
        <translation>
            <numerusform>Das Sprachmodell fehlt (F2 holt es), %n Datei wartet</numerusform>
            <numerusform>Das Sprachmodell fehlt (F2 holt es), %n Dateien warten</numerusform>
        </translation>
    </message>
    <message>
        <source>These files are on the list already.</source>
        <translation>Diese Dateien stehen schon auf der Liste.</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Writing down: {share}</source>
        <translation>Wird niedergeschrieben: {share}</translation>
    </message>
    <message>
        <source>Written down</source>
        <translation>Niedergeschrieben</translation>
    </message>
    <message numerus="yes">
        <source>Your dictation goes first, %n file(s) waiting</source>
        <translation>
            <numerusform>Ihr Diktat hat Vorrang, %n Datei wartet</numerusform>
            <numerusform>Ihr Diktat hat Vorrang, %n Dateien warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BatchFeature</name>
    <message>
        <source>Audio &amp;files</source>
        <translation>Audio&amp;dateien</translation>
    </message>
    <message>
        <source>Audio files to be written down, one after the other</source>
        <translation>Audiodateien, die eine nach der anderen niedergeschrieben werden</translation>
    </message>
</context>
<context>
    <name>BatchPage</name>
    <message>
        <source>&amp;Add files…</source>
        <translation>Da&amp;teien hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;First</source>
        <translation>Zu&amp;erst</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>&amp;Go on with it</source>
        <translation>Damit &amp;weiter</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>&amp;Später</translation>
    </message>
    <message>
        <source>&amp;Open the note</source>
        <translation>Bericht ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>Anha&amp;lten</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>Erneut &amp;versuchen</translation>
    </message>
    <message>
        <source>&amp;Watch a folder…</source>
        <translation>&amp;Ordner beobachten…</translation>
    </message>
    <message>
        <source>Audio files</source>
        <translation>Audiodateien</translation>
    </message>
    <message>
        <source>Audio files, in the order in which they are written down</source>
        <translation>Audiodateien in der Reihenfolge, in der sie niedergeschrieben werden</translation>
    </message>
    <message>
        <source>Choose audio files</source>
        <translation>Audiodateien wählen</translation>
    </message>
    <message>
        <source>Choose the folder whose audio files are written down</source>
        <translation>Den Ordner wählen, dessen Audiodateien niedergeschrieben werden</translation>
    </message>
    <message>
        <source>Drop audio files onto this window, choose them, or have a folder watched.
Each becomes a note with its recording; the files themselves stay where they are.</source>
        <translation>Ziehen Sie Audiodateien auf dieses Fenster, wählen Sie sie aus oder lassen Sie einen Ordner beobachten.
Aus jeder wird ein Bericht mit seiner Aufnahme; die Dateien selbst bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Ea&amp;rlier</source>
        <translation>Fr&amp;üher</translation>
    </message>
    <message>
        <source>Earlier (Ctrl+Up)</source>
        <translation>Früher (Strg+Auf)</translation>
    </message>
    <message>
        <source>Go on with the queue</source>
        <translation>Warteschlange fortsetzen</translation>
    </message>
    <message>
        <source>How to begin</source>
        <translation>Wie man anfängt</translation>
    </message>
    <message>
        <source>Later (Ctrl+Down)</source>
        <translation>Später (Strg+Ab)</translation>
    </message>
    <message>
        <source>Pause the &amp;queue</source>
        <translation>&amp;Warteschlange anhalten</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>Warteschlange anhalten</translation>
    </message>
    <message>
        <source>State of the queue</source>
        <translation>Stand der Warteschlange</translation>
    </message>
    <message>
        <source>Stop &amp;watching</source>
        <translation>Nicht mehr &amp;beobachten</translation>
    </message>
    <message>
        <source>Take off the l&amp;ist</source>
        <translation>Aus Liste neh&amp;men</translation>
    </message>
    <message>
        <source>The file and its note stay (Delete)</source>
        <translation>Datei und Bericht bleiben (Entf)</translation>
    </message>
    <message>
        <source>Watched folder</source>
        <translation>Beobachteter Ordner</translation>
    </message>
    <message>
        <source>Watched: {folder}</source>
        <translation>Beobachtet: {folder}</translation>
    </message>
    <message>
        <source>What is wrong with the chosen file</source>
        <translation>Was mit der gewählten Datei nicht stimmt</translation>
    </message>
    <message>
        <source>Write this file down next (Ctrl+Home)</source>
        <translation>Diese Datei als nächste niederschreiben (Strg+Pos1)</translation>
    </message>
</context>
<context>
    <name>BatchTable</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>State of the check: {title}</source>
        <translation>Stand der Prüfung: {title}</translation>
    </message>
    <message>
        <source>{title}: result</source>
        <translation>{title}: Ergebnis</translation>
    </message>
</context>
<context>
    <name>CommandList</name>
    <message>
        <source>A capital for each selected word, or for the first of the last utterance.</source>
        <translation>Jedes ausgewählte Wort groß, oder das erste der letzten Äußerung.</translation>
    </message>
    <message>
        <source>Begins a line; it may be said within a sentence.</source>
        <translation>Beginnt eine Zeile; darf im Satz gesagt werden.</translation>
    </message>
    <message>
        <source>Begins a paragraph; it may be said within a sentence.</source>
        <translation>Beginnt einen Absatz; darf im Satz gesagt werden.</translation>
    </message>
    <message>
        <source>Capitals for all selected letters, or the last utterance.</source>
        <translation>Großbuchstaben für das Ausgewählte oder die letzte Äußerung.</translation>
    </message>
    <message>
        <source>Command where the note, its headings or your templates have “{words}”; text otherwise. {does}</source>
        <translation>Befehl, wo der Bericht, seine Überschriften oder Ihre Vorlagen „{words}“ enthalten; sonst Text. {does}</translation>
    </message>
    <message>
        <source>Command: {said}. {does}</source>
        <translation>Befehl: {said}. {does}</translation>
    </message>
    <message>
        <source>Deletes what is selected, or else the last utterance.</source>
        <translation>Löscht das Ausgewählte oder sonst die letzte Äußerung.</translation>
    </message>
    <message>
        <source>Does again what was undone.</source>
        <translation>Stellt das Zurückgenommene wieder her.</translation>
    </message>
    <message>
        <source>Fills the fields that have a default.</source>
        <translation>Füllt die Felder, die eine Vorgabe haben.</translation>
    </message>
    <message>
        <source>Letters are no longer spelled.</source>
        <translation>Buchstaben werden nicht mehr buchstabiert.</translation>
    </message>
    <message>
        <source>Makes what is selected bold, or else the last utterance.</source>
        <translation>Macht das Ausgewählte fett, oder sonst die letzte Äußerung.</translation>
    </message>
    <message>
        <source>Puts the template of this name in.</source>
        <translation>Fügt die Vorlage dieses Namens ein.</translation>
    </message>
    <message>
        <source>Selects the field before.</source>
        <translation>Wählt das Feld davor aus.</translation>
    </message>
    <message>
        <source>Selects the last utterance.</source>
        <translation>Wählt die letzte Äußerung aus.</translation>
    </message>
    <message>
        <source>Selects the next field to fill.</source>
        <translation>Wählt das nächste offene Feld aus.</translation>
    </message>
    <message>
        <source>Selects these words where they stand last before the cursor; say what takes their place.</source>
        <translation>Wählt diese Wörter aus, wo sie zuletzt vor der Schreibmarke stehen; sagen Sie, was an ihre Stelle tritt.</translation>
    </message>
    <message>
        <source>Shows this page.</source>
        <translation>Zeigt diese Seite.</translation>
    </message>
    <message>
        <source>Small letters for what is selected, or the last utterance.</source>
        <translation>Kleinbuchstaben für das Ausgewählte oder die letzte Äußerung.</translation>
    </message>
    <message>
        <source>Stops recording.</source>
        <translation>Beendet die Aufnahme.</translation>
    </message>
    <message>
        <source>Takes the last change back.</source>
        <translation>Nimmt die letzte Änderung zurück.</translation>
    </message>
    <message>
        <source>Takes the last utterance back; again, the one before it.</source>
        <translation>Nimmt die letzte Äußerung zurück; noch einmal, die davor.</translation>
    </message>
    <message>
        <source>Text. Written: {text}</source>
        <translation>Text. Geschrieben: {text}</translation>
    </message>
    <message>
        <source>The same with the last utterance.</source>
        <translation>Ebenso mit der letzten Äußerung.</translation>
    </message>
    <message>
        <source>The same; what you say takes their place, and you go on where you were.</source>
        <translation>Ebenso; was Sie sagen, tritt an ihre Stelle, und Sie diktieren dort weiter, wo Sie waren.</translation>
    </message>
    <message>
        <source>Writes the word that these letters spell.</source>
        <translation>Schreibt das Wort aus diesen Buchstaben.</translation>
    </message>
    <message>
        <source>Writes the words of a command instead of doing it.</source>
        <translation>Schreibt die Wörter eines Befehls, statt ihn auszuführen.</translation>
    </message>
    <message>
        <source>You go on dictating at the end of the note.</source>
        <translation>Sie diktieren am Ende des Berichts weiter.</translation>
    </message>
    <message>
        <source>You go on dictating under this heading.</source>
        <translation>Sie diktieren unter dieser Überschrift weiter.</translation>
    </message>
    <message>
        <source>You say letters, by their names or alpha, bravo, charlie; anything else ends it.</source>
        <translation>Sie sagen Buchstaben, beim Namen oder als Anton, Berta, Cäsar; alles andere beendet es.</translation>
    </message>
    <message>
        <source>Your own phrase. Writes: {text}</source>
        <translation>Eigene Wendung. Schreibt: {text}</translation>
    </message>
</context>
<context>
    <name>CommandsPage</name>
    <message>
        <source>&amp;Try it:</source>
        <translation>A&amp;usprobieren:</translation>
    </message>
    <message>
        <source>Add a &amp;phrase…</source>
        <translation>&amp;Wendung hinzufügen…</translation>
    </message>
    <message>
        <source>Add a phrase for a text that you often write, or for a command in your words.</source>
        <translation>Fügen Sie eine Wendung hinzu: für einen Text, den Sie oft schreiben, oder für einen Befehl in Ihren Worten.</translation>
    </message>
    <message>
        <source>Chan&amp;ge…</source>
        <translation>Ä&amp;ndern…</translation>
    </message>
    <message>
        <source>Command: {command}</source>
        <translation>Befehl: {command}</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>For example</source>
        <translation>Zum Beispiel</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Say</source>
        <translation>Sagen Sie</translation>
    </message>
    <message>
        <source>Say a command alone, with a short pause before and after it. Within a sentence it is text.</source>
        <translation>Sagen Sie einen Befehl allein, mit einer kurzen Pause davor und danach. In einem Satz ist er Text.</translation>
    </message>
    <message>
        <source>Type what you would say</source>
        <translation>Tippen Sie, was Sie sagen würden</translation>
    </message>
    <message>
        <source>What can I say?</source>
        <translation>Was kann ich sagen?</translation>
    </message>
    <message>
        <source>What happens</source>
        <translation>Wirkung</translation>
    </message>
    <message>
        <source>What is wrong with the files of phrases</source>
        <translation>Was an den Dateien mit Wendungen falsch ist</translation>
    </message>
    <message>
        <source>What would happen</source>
        <translation>Was geschehen würde</translation>
    </message>
    <message>
        <source>Your own phrases</source>
        <translation>Eigene Wendungen</translation>
    </message>
    <message>
        <source>{what} (from your IT)</source>
        <translation>{what} (von Ihrer IT)</translation>
    </message>
</context>
<context>
    <name>ControlsFeature</name>
    <message>
        <source>C&amp;ontrols</source>
        <translation>&amp;Bedienung</translation>
    </message>
    <message>
        <source>Keys for the whole screen, and how text gets into other programs</source>
        <translation>Tasten für den ganzen Bildschirm, und wie Text in andere Programme kommt</translation>
    </message>
</context>
<context>
    <name>ControlsPage</name>
    <message>
        <source>&amp;Sounds when a recording begins and ends</source>
        <translation>Töne, wenn eine Aufnahme beginnt und &amp;endet</translation>
    </message>
    <message>
        <source>&amp;Transfer the text</source>
        <translation>Text über&amp;tragen</translation>
    </message>
    <message>
        <source>&amp;Use them</source>
        <translation>Ben&amp;utzen</translation>
    </message>
    <message>
        <source>Controls</source>
        <translation>Bedienung</translation>
    </message>
    <message>
        <source>Di&amp;ctate</source>
        <translation>Di&amp;ktieren</translation>
    </message>
    <message>
        <source>Ho&amp;w</source>
        <translation>W&amp;ie</translation>
    </message>
    <message>
        <source>Hold the key while you talk, or press it briefly to begin and once more to end. Escape while you hold it takes everything back.</source>
        <translation>Halten Sie die Taste, während Sie sprechen, oder drücken Sie sie kurz zum Beginnen und noch einmal zum Beenden. Escape nimmt alles zurück, solange Sie sie halten.</translation>
    </message>
    <message>
        <source>How text gets into other programs</source>
        <translation>Wie Text in andere Programme kommt</translation>
    </message>
    <message>
        <source>Into the clipboard; you paste it</source>
        <translation>In die Zwischenablage; Sie fügen ein</translation>
    </message>
    <message>
        <source>Keys that work in every program</source>
        <translation>Tasten, die in jedem Programm wirken</translation>
    </message>
    <message>
        <source>Pasted; your clipboard is kept</source>
        <translation>Eingefügt; Ihre Zwischenablage bleibt</translation>
    </message>
    <message>
        <source>Pedals and microphones with buttons</source>
        <translation>Pedale und Mikrofone mit Tasten</translation>
    </message>
    <message>
        <source>Te&amp;ach one…</source>
        <translation>An&amp;lernen…</translation>
    </message>
    <message>
        <source>Teach a pedal or a microphone</source>
        <translation>Ein Pedal oder Mikrofon anlernen</translation>
    </message>
    <message>
        <source>Text into other programs</source>
        <translation>Text in andere Programme</translation>
    </message>
    <message>
        <source>Typed, where pasting does not work</source>
        <translation>Getippt, wo Einfügen nicht geht</translation>
    </message>
    <message>
        <source>Use pedals and microphones with buttons</source>
        <translation>Pedale und Mikrofone mit Tasten benutzen</translation>
    </message>
    <message>
        <source>What is wrong with the keys</source>
        <translation>Was mit den Tasten nicht stimmt</translation>
    </message>
</context>
<context>
    <name>CorrectingFeature</name>
    <message>
        <source>Go to the word before that is marked</source>
        <translation>Zum vorigen markierten Wort gehen</translation>
    </message>
    <message>
        <source>Pre&amp;vious word to check</source>
        <translation>&amp;Voriges zu prüfendes Wort</translation>
    </message>
    <message>
        <source>Take the mark of doubt off the selected words</source>
        <translation>Die Markierung des Zweifels von den ausgewählten Wörtern nehmen</translation>
    </message>
    <message>
        <source>The word looks ri&amp;ght</source>
        <translation>Das Wort sti&amp;mmt</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>d MMM</source>
        <comment>a date in Qt&apos;s letters</comment>
        <translation>d. MMM</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <comment>a date in Qt&apos;s letters</comment>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>d MMMM yyyy, HH:mm</source>
        <comment>a date in Qt&apos;s letters</comment>
        <translation>d. MMMM yyyy, HH:mm</translation>
    </message>
    <message>
        <source>dddd, d MMMM yyyy, HH:mm</source>
        <comment>a date in Qt&apos;s letters</comment>
        <translation>dddd, d. MMMM yyyy, HH:mm</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>&amp;Close now</source>
        <translation>&amp;Jetzt beenden</translation>
    </message>
    <message>
        <source>&amp;Go on recording</source>
        <translation>&amp;Weiter aufnehmen</translation>
    </message>
    <message>
        <source>&amp;Stop, keep and close</source>
        <translation>&amp;Stoppen, behalten und beenden</translation>
    </message>
    <message>
        <source>&amp;Wait</source>
        <translation>&amp;Warten</translation>
    </message>
    <message>
        <source>A dictation is being written down</source>
        <translation>Ein Diktat wird gerade geschrieben</translation>
    </message>
    <message>
        <source>A dictation is being written down.</source>
        <translation>Ein Diktat wird gerade geschrieben.</translation>
    </message>
    <message>
        <source>A recording is running</source>
        <translation>Eine Aufnahme läuft</translation>
    </message>
    <message>
        <source>A recording is running.</source>
        <translation>Eine Aufnahme läuft.</translation>
    </message>
    <message>
        <source>Closing stops it and keeps it with its note. It can be written down the next time.</source>
        <translation>Beim Beenden wird sie gestoppt und bei ihrem Bericht behalten. Beim nächsten Mal kann sie geschrieben werden.</translation>
    </message>
    <message>
        <source>Closing stops that. The recording is kept with its note and can be written down the next time.</source>
        <translation>Beim Beenden bricht das ab. Die Aufnahme bleibt bei ihrem Bericht und kann beim nächsten Mal geschrieben werden.</translation>
    </message>
</context>
<context>
    <name>Dictation</name>
    <message>
        <source>The text is {seconds} s behind: this computer is slower than you speak. Nothing is lost.</source>
        <translation>Der Text liegt {seconds} s zurück: Dieser Computer ist langsamer, als Sie sprechen. Es geht nichts verloren.</translation>
    </message>
    <message>
        <source>Write the rest of it down</source>
        <translation>Den Rest niederschreiben</translation>
    </message>
</context>
<context>
    <name>DictationBox</name>
    <message>
        <source>A new note opens when you record.</source>
        <translation>Beim Aufnehmen öffnet sich ein neuer Bericht.</translation>
    </message>
    <message>
        <source>Dictation box</source>
        <translation>Diktierleiste</translation>
    </message>
    <message>
        <source>Microphone level</source>
        <translation>Mikrofonpegel</translation>
    </message>
    <message>
        <source>Note: {title}</source>
        <translation>Bericht: {title}</translation>
    </message>
    <message>
        <source>Otoscribe</source>
        <translation>Otoscribe</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Recorded time</source>
        <translation>Aufgenommene Zeit</translation>
    </message>
    <message>
        <source>Recording state</source>
        <translation>Zustand der Aufnahme</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>What is going on</source>
        <translation>Was gerade geschieht</translation>
    </message>
    <message>
        <source>Whole window</source>
        <translation>Ganzes Fenster</translation>
    </message>
</context>
<context>
    <name>DictationBoxFeature</name>
    <message>
        <source>A small bar above all windows in place of this one</source>
        <translation>Eine kleine Leiste über allen Fenstern anstelle von diesem</translation>
    </message>
    <message>
        <source>Small &amp;bar on top</source>
        <translation>Kleine &amp;Leiste obenauf</translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Press Record (F9) and dictate: a new note opens by itself.
Or choose a note at the left, or drop audio files here.</source>
        <translation>Drücken Sie Aufnehmen (F9) und diktieren Sie: Ein neuer Bericht öffnet sich von selbst.
Oder wählen Sie links einen Bericht, oder ziehen Sie Audiodateien hierher.</translation>
    </message>
    <message>
        <source>Ready when you are</source>
        <translation>Bereit, wenn Sie es sind</translation>
    </message>
    <message>
        <source>Start dictating</source>
        <translation>Diktieren</translation>
    </message>
</context>
<context>
    <name>FormattingDialog</name>
    <message>
        <source>&amp;Automatic</source>
        <translation>&amp;Automatisch</translation>
    </message>
    <message>
        <source>&amp;Both</source>
        <translation>&amp;Beides</translation>
    </message>
    <message>
        <source>&amp;Spoken</source>
        <translation>&amp;Gesprochen</translation>
    </message>
    <message>
        <source>&amp;Try it: type words as you would say them</source>
        <translation>A&amp;usprobieren: Wörter so eingeben, wie Sie sie sprechen würden</translation>
    </message>
    <message>
        <source>&amp;Use these</source>
        <translation>Über&amp;nehmen</translation>
    </message>
    <message>
        <source>&amp;Write dictated text as medicine writes it</source>
        <translation>&amp;Diktierten Text so schreiben, wie es in der Medizin üblich ist</translation>
    </message>
    <message>
        <source>As they are written</source>
        <translation>So wird geschrieben</translation>
    </message>
    <message>
        <source>Marks that you say, and those that the recogniser sets</source>
        <translation>Zeichen, die Sie ansagen, und die der Erkennung</translation>
    </message>
    <message>
        <source>Punctuation</source>
        <translation>Satzzeichen</translation>
    </message>
    <message>
        <source>Punctuation and rules</source>
        <translation>Satzzeichen und Regeln</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>The recogniser sets the marks; words such as comma are written as words</source>
        <translation>Die Erkennung setzt die Zeichen; Wörter wie „Komma“ werden als Wörter geschrieben</translation>
    </message>
    <message>
        <source>What is written from now on is written so; notes that are there stay as they are.</source>
        <translation>Gilt für alles, was ab jetzt geschrieben wird; vorhandene Berichte bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>Where you say marks, the recogniser&apos;s are left out</source>
        <translation>Wo Sie Zeichen ansagen, entfallen die der Erkennung</translation>
    </message>
    <message>
        <source>Words as said</source>
        <translation>Wörter, wie gesprochen</translation>
    </message>
    <message>
        <source>Written form</source>
        <translation>Schreibweise</translation>
    </message>
</context>
<context>
    <name>HearingFeature</name>
    <message>
        <source>&amp;Back three seconds</source>
        <translation>Drei Sekunden &amp;zurück</translation>
    </message>
    <message>
        <source>Hear the last three seconds once more</source>
        <translation>Die letzten drei Sekunden noch einmal hören</translation>
    </message>
    <message>
        <source>Pla&amp;y again and again</source>
        <translation>Immer wie&amp;der abspielen</translation>
    </message>
    <message>
        <source>Play f&amp;aster</source>
        <translation>S&amp;chneller abspielen</translation>
    </message>
    <message>
        <source>Play faster, at the same pitch</source>
        <translation>Schneller abspielen, bei gleicher Tonhöhe</translation>
    </message>
    <message>
        <source>Play more slowly, at the same pitch</source>
        <translation>Langsamer abspielen, bei gleicher Tonhöhe</translation>
    </message>
    <message>
        <source>Play slo&amp;wer</source>
        <translation>L&amp;angsamer abspielen</translation>
    </message>
    <message>
        <source>Play the selected words, or the recording, again and again</source>
        <translation>Die markierten Wörter oder die Aufnahme immer wieder abspielen</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>&amp;For</source>
        <translation>&amp;Für</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Import %n term(s)</source>
        <translation>
            <numerusform>%n Fachwort &amp;importieren</numerusform>
            <numerusform>%n Fachwörter &amp;importieren</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Replace the lexicon of that name</source>
        <translation>Die Fachwortliste dieses Namens &amp;ersetzen</translation>
    </message>
    <message>
        <source>A patient</source>
        <translation>Einen Patienten</translation>
    </message>
    <message>
        <source>Import a list of terms</source>
        <translation>Fachwortliste importieren</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Name of the lexicon</source>
        <translation>Name der Fachwortliste</translation>
    </message>
    <message>
        <source>Replace the lexicon of that name</source>
        <translation>Die Fachwortliste dieses Namens ersetzen</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Rows of the file</source>
        <translation>Zeilen der Datei</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>Fachwort</translation>
    </message>
    <message>
        <source>There is a lexicon {name} already.</source>
        <translation>Es gibt schon eine Fachwortliste {name}.</translation>
    </message>
    <message>
        <source>What you can do</source>
        <translation>Abhilfe</translation>
    </message>
    <message>
        <source>Whose it is</source>
        <translation>Wem sie gehört</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie selbst</translation>
    </message>
    <message>
        <source>Your department</source>
        <translation>Ihre Abteilung</translation>
    </message>
</context>
<context>
    <name>LanguageFeature</name>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>Language of the interface</source>
        <translation>Sprache der Oberfläche</translation>
    </message>
    <message>
        <source>The language changes when Otoscribe is started the next time.</source>
        <translation>Die Sprache wechselt, wenn Otoscribe das nächste Mal gestartet wird.</translation>
    </message>
</context>
<context>
    <name>Learning</name>
    <message numerus="yes">
        <source>%n correction(s) for you to decide.</source>
        <translation>
            <numerusform>Über %n Korrektur entscheiden Sie.</numerusform>
            <numerusform>Über %n Korrekturen entscheiden Sie.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n utterance(s) gathered, {usable} of them can be learned from. Misheard: {misheard}. Rewritten: {rewritten}.</source>
        <translation>
            <numerusform>%n Äußerung gesammelt, davon {usable} zum Lernen geeignet. Verhört: {misheard}. Umformuliert: {rewritten}.</numerusform>
            <numerusform>%n Äußerungen gesammelt, davon {usable} zum Lernen geeignet. Verhört: {misheard}. Umformuliert: {rewritten}.</numerusform>
        </translation>
    </message>
    <message>
        <source>About {count} utterances are needed to learn from.</source>
        <translation>Zum Lernen werden etwa {count} Äußerungen gebraucht.</translation>
    </message>
    <message>
        <source>Dictation is written by the model as it came, without anything learned.</source>
        <translation>Diktate schreibt das Modell, wie es geliefert wurde, ohne Gelerntes.</translation>
    </message>
    <message>
        <source>Dictation is written with version {number}.</source>
        <translation>Diktate werden mit Version {number} geschrieben.</translation>
    </message>
    <message>
        <source>Dictation is written with {name}.</source>
        <translation>Diktate werden mit {name} geschrieben.</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Wird vorbereitet…</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>Lernt</translation>
    </message>
    <message>
        <source>Measuring what was learned</source>
        <translation>Misst, was gelernt wurde</translation>
    </message>
    <message>
        <source>Nothing is gathered yet.</source>
        <translation>Noch ist nichts gesammelt.</translation>
    </message>
    <message>
        <source>Version {number} helps you and harms nothing else.</source>
        <translation>Version {number} hilft Ihnen und schadet sonst nichts.</translation>
    </message>
    <message>
        <source>Version {number} was refused:</source>
        <translation>Version {number} wurde abgelehnt:</translation>
    </message>
    <message>
        <source>Versions kept: {versions}.</source>
        <translation>Aufbewahrte Versionen: {versions}.</translation>
    </message>
    <message>
        <source>for you to decide</source>
        <translation>entscheiden Sie</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
    <message>
        <source>misheard</source>
        <translation>verhört</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>bestanden</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>rewritten</source>
        <translation>umformuliert</translation>
    </message>
    <message numerus="yes">
        <source>{doing}: about %n minute(s) to go</source>
        <translation>
            <numerusform>{doing}: noch etwa %n Minute</numerusform>
            <numerusform>{doing}: noch etwa %n Minuten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LearningFeature</name>
    <message>
        <source>L&amp;earning</source>
        <translation>&amp;Lernen</translation>
    </message>
    <message>
        <source>What Otoscribe learns from your corrections</source>
        <translation>Was Otoscribe aus Ihren Korrekturen lernt</translation>
    </message>
</context>
<context>
    <name>LearningPage</name>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Go back one version</source>
        <translation>Ei&amp;ne Version zurück</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Cancel learning</source>
        <translation>Lernen abbrechen</translation>
    </message>
    <message>
        <source>Corrections, those for you to decide first</source>
        <translation>Korrekturen; zuerst die, über die Sie entscheiden</translation>
    </message>
    <message>
        <source>How far learning has come</source>
        <translation>Wie weit das Lernen ist</translation>
    </message>
    <message>
        <source>I &amp;wrote something else</source>
        <translation>Ich habe etwas anderes ge&amp;schrieben</translation>
    </message>
    <message>
        <source>I said something else than I wrote: don&apos;t learn it</source>
        <translation>Ich habe etwas anderes gesagt, als ich geschrieben habe: nicht lernen</translation>
    </message>
    <message>
        <source>I said what I wrote: learn it</source>
        <translation>Ich habe gesagt, was ich geschrieben habe: lernen</translation>
    </message>
    <message>
        <source>It was &amp;misheard</source>
        <translation>Falsch &amp;verstanden</translation>
    </message>
    <message>
        <source>Learn &amp;from what I correct</source>
        <translation>Aus meinen Korrekturen &amp;lernen</translation>
    </message>
    <message>
        <source>Learn from what I correct</source>
        <translation>Aus meinen Korrekturen lernen</translation>
    </message>
    <message>
        <source>Learn n&amp;ow</source>
        <translation>&amp;Jetzt lernen</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>Lernen</translation>
    </message>
    <message>
        <source>Pla&amp;y</source>
        <translation>&amp;Wiedergeben</translation>
    </message>
    <message>
        <source>Play the recording from there</source>
        <translation>Die Aufnahme ab dort wiedergeben</translation>
    </message>
    <message>
        <source>Remove &amp;all that is gathered…</source>
        <translation>Alles &amp;Gesammelte entfernen…</translation>
    </message>
    <message>
        <source>Remove all corrections that were gathered from you?</source>
        <translation>Alle Korrekturen entfernen, die von Ihnen gesammelt wurden?</translation>
    </message>
    <message>
        <source>Remove all that is gathered</source>
        <translation>Alles Gesammelte entfernen</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>Signiert</translation>
    </message>
    <message>
        <source>The next time it goes on where it was</source>
        <translation>Das nächste Mal geht es dort weiter</translation>
    </message>
    <message>
        <source>Was written</source>
        <translation>Geschrieben war</translation>
    </message>
    <message>
        <source>What is gathered</source>
        <translation>Was gesammelt ist</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>Was behalten wird</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>Was es ist</translation>
    </message>
    <message>
        <source>What learning is at</source>
        <translation>Was das Lernen gerade tut</translation>
    </message>
    <message>
        <source>What the last try came to</source>
        <translation>Was der letzte Versuch ergab</translation>
    </message>
    <message>
        <source>What you change in a dictated note stands here once you have signed it.</source>
        <translation>Was Sie in einem diktierten Bericht ändern, steht hier, sobald Sie ihn signiert haben.</translation>
    </message>
    <message>
        <source>When you sign a dictated note, what you changed in it is kept on this computer, with the note. Nothing leaves the computer.</source>
        <translation>Wenn Sie einen diktierten Bericht signieren, wird auf diesem Computer beim Bericht behalten, was Sie darin geändert haben. Nichts verlässt den Computer.</translation>
    </message>
    <message>
        <source>You wrote</source>
        <translation>Sie schrieben</translation>
    </message>
    <message>
        <source>Your notes and recordings stay, and so does what was learned until you go back a version.</source>
        <translation>Ihre Berichte und Aufnahmen bleiben; auch das Gelernte bleibt, bis Sie eine Version zurückgehen.</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>{level} decibels</source>
        <translation>{level} Dezibel</translation>
    </message>
</context>
<context>
    <name>LexiconTitles</name>
    <message>
        <source>Blood and immune system</source>
        <translation>Blut und Immunsystem</translation>
    </message>
    <message>
        <source>Bones, joints, muscles and injuries</source>
        <translation>Knochen, Gelenke, Muskeln und Verletzungen</translation>
    </message>
    <message>
        <source>British spellings of terms in the other packs</source>
        <translation>Britische Schreibungen von Fachwörtern der anderen Listen</translation>
    </message>
    <message>
        <source>Cardiology and vessels</source>
        <translation>Herz und Gefäße</translation>
    </message>
    <message>
        <source>Digestive system, liver and teeth</source>
        <translation>Verdauungsorgane, Leber und Zähne</translation>
    </message>
    <message>
        <source>Ear, nose and throat</source>
        <translation>Hals, Nase und Ohren</translation>
    </message>
    <message>
        <source>Endocrinology, nutrition and metabolism</source>
        <translation>Hormone, Ernährung und Stoffwechsel</translation>
    </message>
    <message>
        <source>Eye</source>
        <translation>Auge</translation>
    </message>
    <message>
        <source>General medicine: symptoms, signs and what several specialties share</source>
        <translation>Allgemeinmedizin: Symptome, Befunde und was mehreren Fächern gemeinsam ist</translation>
    </message>
    <message>
        <source>Imaging and the anatomy that it shows</source>
        <translation>Bildgebung und die Anatomie, die sie zeigt</translation>
    </message>
    <message>
        <source>Infections and their organisms</source>
        <translation>Infektionen und ihre Erreger</translation>
    </message>
    <message>
        <source>Kidney, urinary and male genital organs</source>
        <translation>Niere, Harnwege und männliche Geschlechtsorgane</translation>
    </message>
    <message>
        <source>Lungs and breathing</source>
        <translation>Lunge und Atmung</translation>
    </message>
    <message>
        <source>Medicines by their brands</source>
        <translation>Arzneimittel nach ihrem Handelsnamen</translation>
    </message>
    <message>
        <source>Medicines on the market, by their substance</source>
        <translation>Arzneimittel im Handel, nach ihrem Wirkstoff</translation>
    </message>
    <message>
        <source>Mental and behavioural disorders</source>
        <translation>Psychische Störungen und Verhaltensstörungen</translation>
    </message>
    <message>
        <source>Nervous system</source>
        <translation>Nervensystem</translation>
    </message>
    <message>
        <source>Newborns and congenital malformations</source>
        <translation>Neugeborene und angeborene Fehlbildungen</translation>
    </message>
    <message>
        <source>Operations, devices and poisons</source>
        <translation>Operationen, Hilfsmittel und Gifte</translation>
    </message>
    <message>
        <source>Pregnancy, birth, female genital organs and breast</source>
        <translation>Schwangerschaft, Geburt, weibliche Geschlechtsorgane und Brust</translation>
    </message>
    <message>
        <source>Skin</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>Substances with an official name that are not, or no longer, on the market</source>
        <translation>Wirkstoffe mit amtlichem Namen, die nicht oder nicht mehr im Handel sind</translation>
    </message>
    <message>
        <source>Tumours</source>
        <translation>Tumoren</translation>
    </message>
</context>
<context>
    <name>Lexicons</name>
    <message>
        <source>My terms</source>
        <translation>Meine Begriffe</translation>
    </message>
    <message>
        <source>a Dragon list</source>
        <translation>eine Dragon-Liste</translation>
    </message>
    <message>
        <source>a Hunspell dictionary</source>
        <translation>ein Hunspell-Wörterbuch</translation>
    </message>
    <message>
        <source>a table</source>
        <translation>eine Tabelle</translation>
    </message>
    <message>
        <source>a word list</source>
        <translation>eine Wortliste</translation>
    </message>
    <message>
        <source>an Amazon Transcribe table</source>
        <translation>eine Tabelle für Amazon Transcribe</translation>
    </message>
    <message>
        <source>merged</source>
        <translation>zusammengeführt</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>übernommen</translation>
    </message>
    <message>
        <source>{encoding} (guessed)</source>
        <translation>{encoding} (vermutet)</translation>
    </message>
    <message>
        <source>{file}: {form} in {encoding}.</source>
        <translation>{file}: {form} in {encoding}.</translation>
    </message>
</context>
<context>
    <name>LexiconsFeature</name>
    <message>
        <source>&amp;Lexicons</source>
        <translation>&amp;Fachwortlisten</translation>
    </message>
    <message>
        <source>Add the selected words to a lexicon</source>
        <translation>Die markierten Wörter in eine Fachwortliste aufnehmen</translation>
    </message>
    <message>
        <source>The lists of terms that dictation is to know</source>
        <translation>Die Listen der Fachwörter, die das Diktat kennen soll</translation>
    </message>
    <message>
        <source>This is a ter&amp;m…</source>
        <translation>Das ist ein Fa&amp;chwort…</translation>
    </message>
</context>
<context>
    <name>LexiconsModel</name>
    <message numerus="yes">
        <source>%n term(s)</source>
        <translation>
            <numerusform>%n Fachwort</numerusform>
            <numerusform>%n Fachwörter</numerusform>
        </translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Sucht…</translation>
    </message>
    <message>
        <source>No term holds that text.</source>
        <translation>Kein Fachwort enthält diesen Text.</translation>
    </message>
    <message>
        <source>No terms yet.</source>
        <translation>Noch keine Fachwörter.</translation>
    </message>
    <message>
        <source>Removed {written} from {name}.</source>
        <translation>{written} aus {name} entfernt.</translation>
    </message>
    <message numerus="yes">
        <source>The lexicon {name} has %n term(s) and is on.</source>
        <translation>
            <numerusform>Die Fachwortliste {name} hat %n Fachwort und ist eingeschaltet.</numerusform>
            <numerusform>Die Fachwortliste {name} hat %n Fachwörter und ist eingeschaltet.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message numerus="yes">
        <source>{shown} of %n term(s); search to see others</source>
        <translation>
            <numerusform>{shown} von %n Fachwort; weitere finden Sie mit der Suche</numerusform>
            <numerusform>{shown} von %n Fachwörtern; weitere finden Sie mit der Suche</numerusform>
        </translation>
    </message>
    <message>
        <source>{written} is in {name}.</source>
        <translation>{written} ist in {name}.</translation>
    </message>
</context>
<context>
    <name>LexiconsPage</name>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message numerus="yes">
        <source>%n term(s), {whose}</source>
        <translation>
            <numerusform>%n Fachwort, {whose}</numerusform>
            <numerusform>%n Fachwörter, {whose}</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Change…</source>
        <translation>Ä&amp;ndern…</translation>
    </message>
    <message>
        <source>&amp;Import a list…</source>
        <translation>Liste &amp;importieren…</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Add a &amp;term…</source>
        <translation>Fachwort hinzu&amp;fügen…</translation>
    </message>
    <message>
        <source>Add a term</source>
        <translation>Fachwort hinzufügen</translation>
    </message>
    <message>
        <source>All lexicons</source>
        <translation>Alle Fachwortlisten</translation>
    </message>
    <message>
        <source>Change the term</source>
        <translation>Fachwort ändern</translation>
    </message>
    <message>
        <source>Corrected</source>
        <translation>Korrigiert</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>Heard</source>
        <translation>Gehört</translation>
    </message>
    <message>
        <source>How often Otoscribe wrote it</source>
        <translation>Wie oft Otoscribe es geschrieben hat</translation>
    </message>
    <message>
        <source>How often you put it where something else was written</source>
        <translation>Wie oft Sie es eingesetzt haben, wo etwas anderes stand</translation>
    </message>
    <message>
        <source>How often you took it out</source>
        <translation>Wie oft Sie es entfernt haben</translation>
    </message>
    <message>
        <source>Import a list of terms</source>
        <translation>Fachwortliste importieren</translation>
    </message>
    <message>
        <source>It can only be brought back by importing it again.</source>
        <translation>Sie kommt nur durch erneutes Importieren zurück.</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Lexicon</source>
        <translation>Fachwortliste</translation>
    </message>
    <message>
        <source>Lexicons</source>
        <translation>Fachwortlisten</translation>
    </message>
    <message>
        <source>Lexicons, those that are on are checked</source>
        <translation>Fachwortlisten; eingeschaltete sind angehakt</translation>
    </message>
    <message>
        <source>Lists of terms (*.csv *.tsv *.txt *.dic);;All files (*)</source>
        <translation>Fachwortlisten (*.csv *.tsv *.txt *.dic);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Number of terms</source>
        <translation>Anzahl der Fachwörter</translation>
    </message>
    <message>
        <source>Re&amp;move term</source>
        <translation>Fachwort &amp;entfernen</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Verworfen</translation>
    </message>
    <message>
        <source>Remove &amp;list…</source>
        <translation>&amp;Liste entfernen…</translation>
    </message>
    <message numerus="yes">
        <source>Remove the lexicon {name} with its %n term(s)?</source>
        <translation>
            <numerusform>Die Fachwortliste {name} mit ihrem %n Fachwort entfernen?</numerusform>
            <numerusform>Die Fachwortliste {name} mit ihren %n Fachwörtern entfernen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the list</source>
        <translation>Liste entfernen</translation>
    </message>
    <message>
        <source>Said</source>
        <translation>Gesprochen</translation>
    </message>
    <message>
        <source>Search terms</source>
        <translation>Fachwörter suchen</translation>
    </message>
    <message>
        <source>Space switches a lexicon on or off</source>
        <translation>Die Leertaste schaltet eine Fachwortliste ein oder aus</translation>
    </message>
    <message>
        <source>Take the term out for good, also over updates (Delete)</source>
        <translation>Das Fachwort auf Dauer entfernen, auch über Aktualisierungen hinweg (Entf)</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>Fachwörter</translation>
    </message>
    <message>
        <source>Try by v&amp;oice…</source>
        <translation>Mit der &amp;Stimme testen…</translation>
    </message>
    <message>
        <source>Where the term came from</source>
        <translation>Woher das Fachwort kommt</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>Geschrieben</translation>
    </message>
    <message>
        <source>a patient&apos;s</source>
        <translation>eines Patienten</translation>
    </message>
    <message>
        <source>from your IT</source>
        <translation>von Ihrer IT</translation>
    </message>
    <message>
        <source>shipped</source>
        <translation>mitgeliefert</translation>
    </message>
    <message>
        <source>source not stated</source>
        <translation>Quelle nicht angegeben</translation>
    </message>
    <message>
        <source>your department&apos;s</source>
        <translation>Ihrer Abteilung</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>Ihre eigene</translation>
    </message>
    <message>
        <source>{about}, {count} removed</source>
        <translation>{about}, {count} entfernt</translation>
    </message>
</context>
<context>
    <name>LooksFeature</name>
    <message>
        <source>&amp;Bold</source>
        <translation>&amp;Fett</translation>
    </message>
    <message>
        <source>&amp;List</source>
        <translation>&amp;Liste</translation>
    </message>
    <message>
        <source>Headi&amp;ng</source>
        <translation>&amp;Überschrift</translation>
    </message>
    <message>
        <source>Make the line a heading, a smaller one, or none</source>
        <translation>Die Zeile zur Überschrift machen, zu einer kleineren oder zu keiner</translation>
    </message>
    <message>
        <source>Make the lines points of a list, or no longer</source>
        <translation>Die Zeilen zu Listenpunkten machen oder nicht mehr</translation>
    </message>
    <message>
        <source>Make the selected words bold, or no longer bold</source>
        <translation>Die gewählten Wörter fett machen oder nicht mehr</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;Close without saving</source>
        <translation>&amp;Beenden ohne zu speichern</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>&amp;Stay</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>About Otoscribe</source>
        <translation>Über Otoscribe</translation>
    </message>
    <message>
        <source>Delete the recording</source>
        <translation>Aufnahme löschen</translation>
    </message>
    <message>
        <source>Delete the recording of {when}?</source>
        <translation>Die Aufnahme vom {when} löschen?</translation>
    </message>
    <message>
        <source>Export the note</source>
        <translation>Bericht exportieren</translation>
    </message>
    <message>
        <source>Its sound can&apos;t be brought back.</source>
        <translation>Ihr Ton lässt sich nicht wiederherstellen.</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Notes and note</source>
        <translation>Berichte und Bericht</translation>
    </message>
    <message>
        <source>Otoscribe writes what clinicians dictate, on their own computer.

Nothing that is said or written leaves this computer.</source>
        <translation>Otoscribe schreibt, was Ärztinnen, Ärzte und Pflegende diktieren, auf ihrem eigenen Computer.

Nichts Gesagtes oder Geschriebenes verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>The note could not be saved.</source>
        <translation>Der Bericht konnte nicht gespeichert werden.</translation>
    </message>
    <message>
        <source>The note is not saved</source>
        <translation>Der Bericht ist nicht gespeichert</translation>
    </message>
    <message>
        <source>What stands on the screen would be lost. The message above the note says what to do.</source>
        <translation>Was auf dem Bildschirm steht, ginge verloren. Die Meldung über dem Bericht sagt, was zu tun ist.</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
</context>
<context>
    <name>MessageLine</name>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <translation>Diese Meldung ausblenden</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
</context>
<context>
    <name>MicrophoneChooser</name>
    <message>
        <source>Chosen microphone (not plugged in)</source>
        <translation>Gewähltes Mikrofon (nicht angeschlossen)</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>Microphone to record from; the list is read anew when it is opened</source>
        <translation>Mikrofon für die Aufnahme; die Liste wird beim Öffnen neu gelesen</translation>
    </message>
    <message>
        <source>No microphone</source>
        <translation>Kein Mikrofon</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Standard des Systems</translation>
    </message>
    <message>
        <source>System default ({name})</source>
        <translation>Standard des Systems ({name})</translation>
    </message>
</context>
<context>
    <name>NoteEditor</name>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>Changed by hand.</source>
        <translation>Von Hand geändert.</translation>
    </message>
    <message>
        <source>Ctrl+click to hear it.</source>
        <translation>Strg+Klick spielt es ab.</translation>
    </message>
    <message>
        <source>F4 offers other wordings; Shift+F4 takes the mark off.</source>
        <translation>F4 bietet andere Wortlaute an; Umschalt+F4 nimmt die Markierung weg.</translation>
    </message>
    <message>
        <source>Heard: {heard} (F6 writes that).</source>
        <translation>Gehört: {heard} (F6 schreibt das).</translation>
    </message>
    <message>
        <source>No word is marked.</source>
        <translation>Kein Wort ist markiert.</translation>
    </message>
    <message>
        <source>Nothing was dictated here.</source>
        <translation>Hier wurde nichts diktiert.</translation>
    </message>
    <message>
        <source>Recognised with {confidence} confidence.</source>
        <translation>Mit {confidence} Sicherheit erkannt.</translation>
    </message>
    <message>
        <source>Tab goes to the next word to check. Control and Tab leave the text.</source>
        <translation>Tab geht zum nächsten zu prüfenden Wort. Strg und Tab verlassen den Text.</translation>
    </message>
    <message>
        <source>Text of the note</source>
        <translation>Text des Berichts</translation>
    </message>
    <message>
        <source>This stands as it was heard, or as you changed it.</source>
        <translation>Das steht da, wie es gehört wurde oder wie Sie es geändert haben.</translation>
    </message>
    <message>
        <source>Write as heard: {heard}</source>
        <translation>Wie gehört schreiben: {heard}</translation>
    </message>
    <message>
        <source>Write in full: {found}</source>
        <translation>Ausschreiben: {found}</translation>
    </message>
    <message>
        <source>{found}: {reason}. Better: {better} (F4).</source>
        <translation>{found}: {reason}. Besser: {better} (F4).</translation>
    </message>
    <message>
        <source>{term}: a term of your lexicons.</source>
        <translation>{term}: aus Ihren Fachwortlisten.</translation>
    </message>
</context>
<context>
    <name>NoteFields</name>
    <message>
        <source>Choose: {field}</source>
        <translation>Auswählen: {field}</translation>
    </message>
</context>
<context>
    <name>NotePage</name>
    <message numerus="yes">
        <source>%n field(s) to fill</source>
        <translation>
            <numerusform>%n Feld auszufüllen</numerusform>
            <numerusform>%n Felder auszufüllen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not written down yet</source>
        <translation>
            <numerusform>%n noch nicht geschrieben</numerusform>
            <numerusform>%n noch nicht geschrieben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recording(s)</source>
        <translation>
            <numerusform>%n Aufnahme</numerusform>
            <numerusform>%n Aufnahmen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) to check</source>
        <translation>
            <numerusform>%n Wort zu prüfen</numerusform>
            <numerusform>%n Wörter zu prüfen</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Addendum</source>
        <translation>&amp;Nachtrag</translation>
    </message>
    <message>
        <source>&amp;Patient</source>
        <translation>&amp;Patient</translation>
    </message>
    <message>
        <source>&amp;Sign</source>
        <translation>&amp;Signieren</translation>
    </message>
    <message>
        <source>Addenda</source>
        <translation>Nachträge</translation>
    </message>
    <message>
        <source>Addenda to this note</source>
        <translation>Nachträge zu diesem Bericht</translation>
    </message>
    <message>
        <source>E&amp;xport ▾</source>
        <translation>E&amp;xportieren ▾</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export as a document (Ctrl+Shift+E: Word)</source>
        <translation>Als Dokument exportieren (Strg+Umschalt+E: Word)</translation>
    </message>
    <message>
        <source>Name or record number</source>
        <translation>Name oder Fallnummer</translation>
    </message>
    <message>
        <source>Open fields</source>
        <translation>Offene Felder</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Patient</translation>
    </message>
    <message>
        <source>Press Record (F9) and dictate, or type here.</source>
        <translation>Aufnehmen (F9) drücken und diktieren, oder hier schreiben.</translation>
    </message>
    <message>
        <source>Recordings not written down</source>
        <translation>Noch nicht geschriebene Aufnahmen</translation>
    </message>
    <message>
        <source>Recordings of this note</source>
        <translation>Aufnahmen dieses Berichts</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Select the next field that is to be filled (F3)</source>
        <translation>Das nächste auszufüllende Feld auswählen (F3)</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signatur</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>Signiert</translation>
    </message>
    <message>
        <source>Signed, amended</source>
        <translation>Signiert, mit Nachtrag</translation>
    </message>
    <message>
        <source>Speak: the text appears here.</source>
        <translation>Sprechen Sie: Der Text erscheint hier.</translation>
    </message>
    <message>
        <source>State of the note</source>
        <translation>Status des Berichts</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Title of the note</source>
        <translation>Titel des Berichts</translation>
    </message>
    <message>
        <source>Words to check</source>
        <translation>Zu prüfende Wörter</translation>
    </message>
    <message>
        <source>Write them down now ({key})</source>
        <translation>Jetzt schreiben ({key})</translation>
    </message>
</context>
<context>
    <name>Notebook</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>NotesModel</name>
    <message>
        <source>No note holds these words.
Try fewer or shorter words.</source>
        <translation>Kein Bericht enthält diese Wörter.
Versuchen Sie es mit weniger oder kürzeren Wörtern.</translation>
    </message>
    <message>
        <source>No notes yet.
Press Ctrl+N for a new note, or F9 to start dictating.</source>
        <translation>Noch keine Berichte.
Strg+N öffnet einen neuen Bericht, F9 startet das Diktat.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>OpenNote</name>
    <message>
        <source>Addendum by {author}, {when}</source>
        <translation>Nachtrag von {author}, {when}</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Nicht gespeichert</translation>
    </message>
    <message>
        <source>Save again</source>
        <translation>Erneut speichern</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Speichert…</translation>
    </message>
    <message>
        <source>Signed by {author}, {when}</source>
        <translation>Signiert von {author}, {when}</translation>
    </message>
    <message>
        <source>Untitled note</source>
        <translation>Bericht ohne Titel</translation>
    </message>
</context>
<context>
    <name>OwnCommandsModel</name>
    <message>
        <source>Removed: {said}</source>
        <translation>Entfernt: {said}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>OwnPhraseDialog</name>
    <message>
        <source>&amp;Do</source>
        <translation>&amp;Tun</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>&amp;Say</source>
        <translation>&amp;Sagen</translation>
    </message>
    <message>
        <source>&amp;What</source>
        <translation>&amp;Was</translation>
    </message>
    <message>
        <source>Add a phrase</source>
        <translation>Wendung hinzufügen</translation>
    </message>
    <message>
        <source>Carry out a command</source>
        <translation>Einen Befehl ausführen</translation>
    </message>
    <message>
        <source>Change a phrase</source>
        <translation>Wendung ändern</translation>
    </message>
    <message>
        <source>Command to carry out</source>
        <translation>Auszuführender Befehl</translation>
    </message>
    <message>
        <source>Text to write</source>
        <translation>Zu schreibender Text</translation>
    </message>
    <message>
        <source>Write a text</source>
        <translation>Einen Text schreiben</translation>
    </message>
    <message>
        <source>as it is said, such as: go to plan</source>
        <translation>wie er gesagt wird, etwa: gehe zu Plan</translation>
    </message>
    <message>
        <source>two words or more; a bar | between several ways</source>
        <translation>zwei Wörter oder mehr; Varianten mit | trennen</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>Back to the notes</source>
        <translation>Zurück zu den Berichten</translation>
    </message>
    <message>
        <source>Back to the notes (Esc)</source>
        <translation>Zurück zu den Berichten (Esc)</translation>
    </message>
</context>
<context>
    <name>PlaybackControls</name>
    <message>
        <source>Again and again</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Back three seconds</source>
        <translation>Drei Sekunden zurück</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Speed of playing; the pitch stays (F11, F12)</source>
        <translation>Tempo der Wiedergabe; die Tonhöhe bleibt (F11, F12)</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>A Mac has no key {name}</source>
        <translation>Ein Mac hat keine Taste {name}</translation>
    </message>
    <message>
        <source>A key is held</source>
        <translation>Eine Taste ist gedrückt</translation>
    </message>
    <message>
        <source>A lexicon&apos;s name is written in small letters</source>
        <translation>Der Name einer Fachwortliste wird kleingeschrieben</translation>
    </message>
    <message>
        <source>A phrase of your own is said as it stands.</source>
        <translation>Eine eigene Wendung wird gesagt, wie sie dasteht.</translation>
    </message>
    <message>
        <source>A signature needs a name</source>
        <translation>Zum Signieren gehört ein Name</translation>
    </message>
    <message>
        <source>A spoken form has another {changed} than what would be written</source>
        <translation>Eine gesprochene Form ändert, was geschrieben würde ({changed})</translation>
    </message>
    <message>
        <source>A term has to be written somehow</source>
        <translation>Ein Begriff braucht eine Schreibweise</translation>
    </message>
    <message>
        <source>Abbreviations: Letters said one by one: MRI, COPD.</source>
        <translation>Abkürzungen: einzeln gesprochene Buchstaben: MRI, COPD.</translation>
    </message>
    <message>
        <source>Add a row for each term and try again.</source>
        <translation>Fügen Sie für jedes Fachwort eine Zeile hinzu und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Ages: 67-year-old, in her 60s.</source>
        <translation>Alter: 67-year-old, in her 60s.</translation>
    </message>
    <message>
        <source>An adapter {name} is there already</source>
        <translation>Es gibt schon einen Adapter {name}</translation>
    </message>
    <message>
        <source>An addendum needs a text and a name</source>
        <translation>Ein Nachtrag braucht einen Text und einen Namen</translation>
    </message>
    <message>
        <source>Another model is installed as {name}</source>
        <translation>Als {name} ist ein anderes Modell installiert</translation>
    </message>
    <message>
        <source>Another program has been changing the lexicons for 20 s</source>
        <translation>Ein anderes Programm ändert seit 20 s die Fachwortlisten</translation>
    </message>
    <message>
        <source>Another program has filled the clipboard meanwhile</source>
        <translation>Ein anderes Programm hat inzwischen die Zwischenablage gefüllt</translation>
    </message>
    <message>
        <source>Another program holds the key {key}</source>
        <translation>Ein anderes Programm hat die Taste {key}</translation>
    </message>
    <message>
        <source>Ask your IT to mend it.</source>
        <translation>Bitten Sie Ihre IT, das zu beheben.</translation>
    </message>
    <message>
        <source>Begin each one with the line [[phrase]]; the file is left out.</source>
        <translation>Beginnen Sie jede mit der Zeile [[phrase]]; die Datei bleibt unbeachtet.</translation>
    </message>
    <message>
        <source>Begin the file with the line “title: …”.</source>
        <translation>Beginnen Sie die Datei mit der Zeile „title: …“.</translation>
    </message>
    <message>
        <source>Begin with: title: …</source>
        <translation>Beginnen Sie mit: title: …</translation>
    </message>
    <message>
        <source>Capitals: A capital at the start of a sentence.</source>
        <translation>Großschreibung: ein Großbuchstabe am Satzanfang.</translation>
    </message>
    <message>
        <source>Change its text, or sign it before adding to it.</source>
        <translation>Ändern Sie seinen Text, oder signieren Sie ihn, bevor Sie ihn ergänzen.</translation>
    </message>
    <message>
        <source>Change that one, or say something else.</source>
        <translation>Ändern Sie jene, oder sagen Sie etwas anderes.</translation>
    </message>
    <message>
        <source>Check HTTPS_PROXY (and NO_PROXY for inside servers) and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>Prüfen Sie HTTPS_PROXY (und NO_PROXY für interne Server) und versuchen Sie es erneut, oder bringen Sie das Modell als Offline-Paket: otoscribe models import DATEI.</translation>
    </message>
    <message>
        <source>Check it with: otoscribe models verify, and fetch it again with: otoscribe models pull NAME.</source>
        <translation>Prüfen Sie es mit: otoscribe models verify, und holen Sie es neu mit: otoscribe models pull NAME.</translation>
    </message>
    <message>
        <source>Check its name and that you may read it.</source>
        <translation>Prüfen Sie den Namen und ob Sie es lesen dürfen.</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>Prüfen Sie die Berechtigungen.</translation>
    </message>
    <message>
        <source>Check that it is a folder and that you may read it.</source>
        <translation>Prüfen Sie, ob es ein Ordner ist und Sie ihn lesen dürfen.</translation>
    </message>
    <message>
        <source>Check that it is there and readable.</source>
        <translation>Prüfen Sie, ob es vorhanden und lesbar ist.</translation>
    </message>
    <message>
        <source>Check that it is there.</source>
        <translation>Prüfen Sie, ob es vorhanden ist.</translation>
    </message>
    <message>
        <source>Check that its drive is connected and that you may read it, then press Try again.</source>
        <translation>Prüfen Sie, ob das Laufwerk verbunden ist und Sie die Datei lesen dürfen, und drücken Sie dann „Erneut versuchen“.</translation>
    </message>
    <message>
        <source>Check that the data folder can be reached.</source>
        <translation>Prüfen Sie, ob der Datenordner erreichbar ist.</translation>
    </message>
    <message>
        <source>Check that the file is still there.</source>
        <translation>Prüfen Sie, ob die Datei noch da ist.</translation>
    </message>
    <message>
        <source>Check that the folder exists and that you may write to it.</source>
        <translation>Prüfen Sie, ob es den Ordner gibt und Sie darin schreiben dürfen.</translation>
    </message>
    <message>
        <source>Check that you may read it.</source>
        <translation>Prüfen Sie, ob Sie es lesen dürfen.</translation>
    </message>
    <message>
        <source>Check the disk and its free space, then try again; everything saved before is safe.</source>
        <translation>Prüfen Sie den Datenträger und seinen freien Platz und versuchen Sie es erneut; alles vorher Gespeicherte ist sicher.</translation>
    </message>
    <message>
        <source>Check the network (behind a proxy, set HTTPS_PROXY) and try again: it continues where it was; or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>Prüfen Sie das Netzwerk (hinter einem Proxy HTTPS_PROXY setzen) und versuchen Sie es erneut: Es geht weiter, wo es war, oder bringen Sie das Modell als Offline-Paket: otoscribe models import DATEI.</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>Prüfen Sie den Pfad.</translation>
    </message>
    <message>
        <source>Choose a file with a sound track.</source>
        <translation>Wählen Sie eine Datei mit Tonspur.</translation>
    </message>
    <message>
        <source>Choose a recording made here.</source>
        <translation>Wählen Sie eine hier gemachte Aufnahme.</translation>
    </message>
    <message>
        <source>Choose a recording; the file is where it was.</source>
        <translation>Wählen Sie eine Aufnahme; die Datei liegt, wo sie war.</translation>
    </message>
    <message>
        <source>Choose another folder, or say that it is replaced.</source>
        <translation>Wählen Sie einen anderen Ordner, oder lassen Sie ersetzen.</translation>
    </message>
    <message>
        <source>Choose another folder, or the files themselves.</source>
        <translation>Wählen Sie einen anderen Ordner, oder die Dateien selbst.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Choose another name, or run: otoscribe adapt remove {name}</source>
        <translation>Wählen Sie einen anderen Namen, oder: otoscribe adapt remove {name}</translation>
    </message>
    <message>
        <source>Choose another one, or free it there.</source>
        <translation>Wählen Sie eine andere oder geben Sie sie dort frei.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Choose different ones.</source>
        <translation>Wählen Sie verschiedene.</translation>
    </message>
    <message>
        <source>Choose it again and allow it when you are asked.</source>
        <translation>Wählen Sie sie erneut und erlauben Sie sie, wenn Sie gefragt werden.</translation>
    </message>
    <message>
        <source>Choose one of the note&apos;s recordings.</source>
        <translation>Wählen Sie eine der Aufnahmen des Berichts.</translation>
    </message>
    <message>
        <source>Choose them again.</source>
        <translation>Wählen Sie sie erneut.</translation>
    </message>
    <message>
        <source>Click into the field yourself, come back and transfer again.</source>
        <translation>Klicken Sie selbst in das Feld, kommen Sie zurück und übertragen Sie erneut.</translation>
    </message>
    <message>
        <source>Click into the one where the text belongs, then come back and transfer again.</source>
        <translation>Klicken Sie in das Fenster, in das der Text gehört, kommen Sie zurück und übertragen Sie erneut.</translation>
    </message>
    <message>
        <source>Click into the right one, come back and transfer again.</source>
        <translation>Klicken Sie in das richtige, kommen Sie zurück und übertragen Sie erneut.</translation>
    </message>
    <message>
        <source>Close Otoscribe and start it again.</source>
        <translation>Beenden Sie Otoscribe und starten Sie es neu.</translation>
    </message>
    <message>
        <source>Close it and try again.</source>
        <translation>Schließen Sie es und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Close it with ].</source>
        <translation>Schließen Sie es mit ].</translation>
    </message>
    <message>
        <source>Close other programs and try again.</source>
        <translation>Schließen Sie andere Programme und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Close other programs that use it; under Linux, docs/control.md says how to be allowed to.</source>
        <translation>Schließen Sie andere Programme, die es benutzen; unter Linux sagt docs/control.md, wie man es darf.</translation>
    </message>
    <message>
        <source>Close other programs that work hard, and read this passage again; the recording goes on.</source>
        <translation>Schließen Sie andere Programme, die viel rechnen, und sprechen Sie die Stelle noch einmal; die Aufnahme läuft weiter.</translation>
    </message>
    <message>
        <source>Close that program, then play again.</source>
        <translation>Schließen Sie dieses Programm und starten Sie die Wiedergabe erneut.</translation>
    </message>
    <message>
        <source>Close that window first. Two would write over each other&apos;s notes.</source>
        <translation>Schließen Sie erst jenes Fenster. Zwei würden einander die Berichte überschreiben.</translation>
    </message>
    <message>
        <source>Close the program that uses it (a call, a browser tab) or choose another microphone, then record again.</source>
        <translation>Schließen Sie das Programm, das es benutzt (einen Anruf, einen Browser-Tab), oder wählen Sie ein anderes Mikrofon, und nehmen Sie erneut auf.</translation>
    </message>
    <message>
        <source>Close the programs that use it and try again.</source>
        <translation>Schließen Sie die Programme, die es benutzen, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Connect its drive, or choose another folder; Otoscribe looks again by itself.</source>
        <translation>Verbinden Sie das Laufwerk oder wählen Sie einen anderen Ordner; Otoscribe sieht von selbst wieder nach.</translation>
    </message>
    <message>
        <source>Copy the newest backup, {backup}, to its place (move away {name}-wal first if it is there), or move the backups away to start anew.</source>
        <translation>Kopieren Sie die neueste Sicherung, {backup}, an ihren Platz (schieben Sie vorher {name}-wal weg, falls vorhanden), oder schieben Sie die Sicherungen weg, um neu zu beginnen.</translation>
    </message>
    <message>
        <source>Correct it first; it has been left as it is.</source>
        <translation>Berichtigen Sie sie zuerst; sie wurde nicht verändert.</translation>
    </message>
    <message>
        <source>Correct it; its phrases are left out.</source>
        <translation>Berichtigen Sie sie; ihre Wendungen bleiben unbeachtet.</translation>
    </message>
    <message>
        <source>Correct that line, or remove it for the default.</source>
        <translation>Berichtigen Sie die Zeile, oder entfernen Sie sie für den Standardwert.</translation>
    </message>
    <message>
        <source>Correct the file or delete it, and teach it anew.</source>
        <translation>Berichtigen oder löschen Sie die Datei, und lernen Sie es neu an.</translation>
    </message>
    <message>
        <source>Correct the file, or move it away to start with the defaults.</source>
        <translation>Berichtigen Sie die Datei, oder schieben Sie sie weg, um mit den Standardwerten zu beginnen.</translation>
    </message>
    <message>
        <source>Dates: Days, months and years; their capitals.</source>
        <translation>Daten: Tage, Monate und Jahre; ihre Großschreibung.</translation>
    </message>
    <message>
        <source>Delete that character and type the word anew.</source>
        <translation>Löschen Sie das Zeichen und tippen Sie das Wort neu.</translation>
    </message>
    <message>
        <source>Dictate or type its text first.</source>
        <translation>Diktieren oder schreiben Sie zuerst den Text.</translation>
    </message>
    <message>
        <source>Dictate, correct and sign some more notes: about 20 utterances with corrections are needed.</source>
        <translation>Diktieren, korrigieren und signieren Sie weitere Berichte: Etwa 20 Äußerungen mit Korrekturen werden gebraucht.</translation>
    </message>
    <message>
        <source>Divide it by specialty and import the parts that you dictate.</source>
        <translation>Teilen Sie sie nach Fachgebiet und importieren Sie die Teile, die Sie diktieren.</translation>
    </message>
    <message>
        <source>Divide it into several templates.</source>
        <translation>Teilen Sie sie in mehrere Vorlagen.</translation>
    </message>
    <message>
        <source>Divide it.</source>
        <translation>Teilen Sie ihn auf.</translation>
    </message>
    <message>
        <source>Divide them by |, as in [side: left | right].</source>
        <translation>Trennen Sie sie durch |, wie in [Seite: links | rechts].</translation>
    </message>
    <message>
        <source>Durations: A 3-month supply, a 24-hour urine.</source>
        <translation>Zeitdauern: a 3-month supply, a 24-hour urine.</translation>
    </message>
    <message>
        <source>Export the note as DOCX or text instead.</source>
        <translation>Exportieren Sie den Bericht stattdessen als DOCX oder Text.</translation>
    </message>
    <message>
        <source>Fetch the model again with: otoscribe models pull NAME.</source>
        <translation>Holen Sie das Modell neu mit: otoscribe models pull NAME.</translation>
    </message>
    <message>
        <source>Fill in how it is to be written.</source>
        <translation>Geben Sie ein, wie er geschrieben wird.</translation>
    </message>
    <message>
        <source>Fill in the column written, or delete the row.</source>
        <translation>Füllen Sie die Spalte written aus, oder löschen Sie die Zeile.</translation>
    </message>
    <message>
        <source>Fill it, a term a line, and try again.</source>
        <translation>Füllen Sie sie, ein Fachwort je Zeile, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Fractions: 120 over 80, 5 out of 10, one half.</source>
        <translation>Brüche: 120 over 80, 5 out of 10, one half.</translation>
    </message>
    <message>
        <source>Free some space and make the folder writable, then try again; the recording is where it was.</source>
        <translation>Schaffen Sie Platz, machen Sie den Ordner beschreibbar und versuchen Sie es erneut; die Aufnahme liegt, wo sie war.</translation>
    </message>
    <message>
        <source>Free some space and save again; everything saved before is safe.</source>
        <translation>Schaffen Sie Platz und speichern Sie erneut; alles vorher Gespeicherte ist sicher.</translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation>Schaffen Sie Platz und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Free some space and try again: what was fetched is kept.</source>
        <translation>Schaffen Sie Platz und versuchen Sie es erneut: Was geholt wurde, bleibt.</translation>
    </message>
    <message>
        <source>Free some space or make the folder writable; nothing has been changed.</source>
        <translation>Schaffen Sie Platz, oder machen Sie den Ordner beschreibbar; es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>Free {needed} MB or more, then press Try again; the file is where it was.</source>
        <translation>Schaffen Sie {needed} MB oder mehr Platz und drücken Sie „Erneut versuchen“; die Datei ist, wo sie war.</translation>
    </message>
    <message>
        <source>Frequencies: q6h, BID, PRN.</source>
        <translation>Einnahmezeiten: q6h, BID, PRN.</translation>
    </message>
    <message>
        <source>Gauges: 18-gauge, 14 French, 3-0 Vicryl.</source>
        <translation>Stärken: 18-gauge, 14 French, 3-0 Vicryl.</translation>
    </message>
    <message>
        <source>Give a spoken form with the same, or leave it out.</source>
        <translation>Geben Sie eine gesprochene Form an, die das nicht ändert, oder lassen Sie sie weg.</translation>
    </message>
    <message>
        <source>Give another name to write to.</source>
        <translation>Geben Sie einen anderen Namen an.</translation>
    </message>
    <message>
        <source>Give another name, or replace it with --replace.</source>
        <translation>Geben Sie einen anderen Namen, oder ersetzen Sie sie mit --replace.</translation>
    </message>
    <message>
        <source>Give both.</source>
        <translation>Geben Sie beides an.</translation>
    </message>
    <message>
        <source>Give it one of its own.</source>
        <translation>Geben Sie ihr einen eigenen.</translation>
    </message>
    <message>
        <source>Give one of the two.</source>
        <translation>Geben Sie eines von beiden an.</translation>
    </message>
    <message>
        <source>Give such a number, or leave the cell empty.</source>
        <translation>Geben Sie eine solche Zahl an, oder lassen Sie die Zelle leer.</translation>
    </message>
    <message>
        <source>Give the name of the document to write.</source>
        <translation>Geben Sie den Namen des Dokuments an.</translation>
    </message>
    <message>
        <source>Go on, and if it happens again, send the log file to your administrator: it holds no text and no sound.</source>
        <translation>Arbeiten Sie weiter; wenn es wieder geschieht, senden Sie die Protokolldatei an Ihre IT: Sie enthält keinen Text und keinen Ton.</translation>
    </message>
    <message>
        <source>Headings: Heading plan.</source>
        <translation>Überschriften: heading plan.</translation>
    </message>
    <message>
        <source>IU can be read as IV or 10</source>
        <translation>IU kann als IV oder 10 gelesen werden</translation>
    </message>
    <message>
        <source>If your network inspects encrypted traffic, set REQUESTS_CA_BUNDLE to the PEM file with its root certificate and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>Wenn Ihr Netzwerk verschlüsselten Verkehr prüft, setzen Sie REQUESTS_CA_BUNDLE auf die PEM-Datei mit seinem Stammzertifikat und versuchen Sie es erneut, oder bringen Sie das Modell als Offline-Paket: otoscribe models import DATEI.</translation>
    </message>
    <message>
        <source>Import a list of terms under Lexicons (Ctrl+L), a template under Templates (Ctrl+Shift+I).</source>
        <translation>Importieren Sie eine Liste von Fachwörtern unter Fachwortlisten (Strg+L), eine Vorlage unter Vorlagen (Strg+Umschalt+I).</translation>
    </message>
    <message>
        <source>In the settings file {path}, version is not a whole number</source>
        <translation>In der Einstellungsdatei {path} ist version keine ganze Zahl</translation>
    </message>
    <message>
        <source>In the settings file {path}, {name} must be {metadata}</source>
        <translation>In der Einstellungsdatei {path} muss {name} so lauten: {metadata}</translation>
    </message>
    <message>
        <source>Install Otoscribe anew, or go on without pedals.</source>
        <translation>Installieren Sie Otoscribe neu oder machen Sie ohne Pedale weiter.</translation>
    </message>
    <message>
        <source>Install libxcb1.</source>
        <translation>Installieren Sie libxcb1.</translation>
    </message>
    <message>
        <source>It holds something that is no text</source>
        <translation>Etwas darin ist kein Text</translation>
    </message>
    <message>
        <source>It holds unknown entries</source>
        <translation>Sie enthält unbekannte Einträge</translation>
    </message>
    <message>
        <source>It is not said whose corrections are meant</source>
        <translation>Es ist nicht gesagt, wessen Korrekturen gemeint sind</translation>
    </message>
    <message>
        <source>It is taken as soon as it stands still.</source>
        <translation>Sie folgt, sobald sie sich nicht mehr ändert.</translation>
    </message>
    <message>
        <source>It may have been removed; look again.</source>
        <translation>Es wurde vielleicht entfernt; sehen Sie noch einmal nach.</translation>
    </message>
    <message>
        <source>It needs a text or a command, not both</source>
        <translation>Sie braucht einen Text oder einen Befehl, nicht beides</translation>
    </message>
    <message>
        <source>It runs as administrator, or the screen is locked: paste by hand.</source>
        <translation>Es läuft als Administrator, oder der Bildschirm ist gesperrt: Fügen Sie von Hand ein.</translation>
    </message>
    <message>
        <source>Keep one of the two lines.</source>
        <translation>Behalten Sie eine der beiden Zeilen.</translation>
    </message>
    <message>
        <source>Keep those that are really said.</source>
        <translation>Behalten Sie die, die wirklich gesprochen werden.</translation>
    </message>
    <message>
        <source>Keep what is dictated in one breath, and make the rest a term of its own.</source>
        <translation>Behalten Sie, was in einem Atemzug diktiert wird, und machen Sie aus dem Rest ein eigenes Fachwort.</translation>
    </message>
    <message>
        <source>Keys for the whole screen are not made for this system yet</source>
        <translation>Tasten für den ganzen Bildschirm gibt es für dieses System noch nicht</translation>
    </message>
    <message>
        <source>Layout: New line, new paragraph, bullet point.</source>
        <translation>Aufbau: new line, new paragraph, bullet point.</translation>
    </message>
    <message>
        <source>Leave the * before one of them.</source>
        <translation>Lassen Sie das * vor einer von ihnen stehen.</translation>
    </message>
    <message>
        <source>Let go of Shift, Ctrl and Alt and transfer again.</source>
        <translation>Lassen Sie Umschalt, Strg und Alt los und übertragen Sie erneut.</translation>
    </message>
    <message>
        <source>Let it be chosen: [side: left | right].</source>
        <translation>Lassen Sie sie wählen: [Seite: links | rechts].</translation>
    </message>
    <message>
        <source>Let it name the PEM file with the root certificates that your network needs.</source>
        <translation>Lassen Sie es die PEM-Datei mit den Stammzertifikaten nennen, die Ihr Netzwerk braucht.</translation>
    </message>
    <message>
        <source>Line {line}: the spoken form {form} has another {changed} than {written}; it is never used. Mend the one or the other.</source>
        <translation>Zeile {line}: Die gesprochene Form {form} ändert gegenüber {written}: {changed}; sie wird nie benutzt. Berichtigen Sie das eine oder das andere.</translation>
    </message>
    <message>
        <source>Line {line}{found}: {reason}. {mend}</source>
        <translation>Zeile {line}{found}: {reason}. {mend}</translation>
    </message>
    <message>
        <source>Lines {lines} and {lines2} have the spoken form {form} in common.</source>
        <translation>Die Zeilen {lines} und {lines2} haben die gesprochene Form {form} gemeinsam.</translation>
    </message>
    <message>
        <source>Look at the file.</source>
        <translation>Sehen Sie sich die Datei an.</translation>
    </message>
    <message>
        <source>Look at the list anew.</source>
        <translation>Sehen Sie die Liste neu an.</translation>
    </message>
    <message>
        <source>Look what was pasted there.</source>
        <translation>Sehen Sie nach, was dort eingefügt wurde.</translation>
    </message>
    <message>
        <source>Look whether it is the right place; then transfer again.</source>
        <translation>Sehen Sie nach, ob es die richtige Stelle ist; übertragen Sie dann erneut.</translation>
    </message>
    <message>
        <source>MS can be read as morphine sulfate or magnesium sulfate</source>
        <translation>MS kann als Morphinsulfat oder Magnesiumsulfat gelesen werden</translation>
    </message>
    <message>
        <source>MSO4 and MgSO4 can be taken for each other</source>
        <translation>MSO4 und MgSO4 können verwechselt werden</translation>
    </message>
    <message>
        <source>Make it first, or choose another.</source>
        <translation>Legen Sie ihn erst an, oder wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Make it readable.</source>
        <translation>Machen Sie es lesbar.</translation>
    </message>
    <message>
        <source>Make it readable; it is left out.</source>
        <translation>Machen Sie sie lesbar; sie bleibt unbeachtet.</translation>
    </message>
    <message>
        <source>Make it smaller; it is left out.</source>
        <translation>Verkleinern Sie sie; sie bleibt unbeachtet.</translation>
    </message>
    <message>
        <source>Make it writable for you, or close the programs that use the model, and try again.</source>
        <translation>Machen Sie es für sich beschreibbar, oder schließen Sie die Programme, die das Modell benutzen, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Make it writable, or set OTOSCRIBE_HOME to a folder that is.</source>
        <translation>Machen Sie ihn beschreibbar, oder setzen Sie OTOSCRIBE_HOME auf einen beschreibbaren Ordner.</translation>
    </message>
    <message>
        <source>Make its folder writable.</source>
        <translation>Machen Sie seinen Ordner beschreibbar.</translation>
    </message>
    <message>
        <source>Make the file and its folder writable for your user, or set OTOSCRIBE_HOME to a folder that is.</source>
        <translation>Machen Sie die Datei und ihren Ordner für Ihr Benutzerkonto beschreibbar, oder setzen Sie OTOSCRIBE_HOME auf einen beschreibbaren Ordner.</translation>
    </message>
    <message>
        <source>Make the file writable, or move it away to count anew.</source>
        <translation>Machen Sie die Datei beschreibbar, oder schieben Sie sie weg, um neu zu zählen.</translation>
    </message>
    <message>
        <source>Make the folder readable.</source>
        <translation>Machen Sie den Ordner lesbar.</translation>
    </message>
    <message>
        <source>Make the folder writable or free some space; the old ones are kept.</source>
        <translation>Machen Sie den Ordner beschreibbar oder schaffen Sie Platz; die alten bleiben erhalten.</translation>
    </message>
    <message>
        <source>Make the folder writable or free some space; the old settings are kept.</source>
        <translation>Machen Sie den Ordner beschreibbar, oder schaffen Sie Platz; die alten Einstellungen bleiben.</translation>
    </message>
    <message>
        <source>Make the folder writable or free some space; what was there before is kept.</source>
        <translation>Machen Sie den Ordner beschreibbar, oder schaffen Sie Platz; was vorher da war, bleibt.</translation>
    </message>
    <message>
        <source>More such spoken forms follow.</source>
        <translation>Weitere solche gesprochenen Formen folgen.</translation>
    </message>
    <message>
        <source>Move it away: the lexicons stay, but switches and terms taken back are forgotten.</source>
        <translation>Schieben Sie sie weg: Die Fachwortlisten bleiben, aber Schalter und entfernte Fachwörter sind vergessen.</translation>
    </message>
    <message>
        <source>Move it to where it belongs; Otoscribe makes its own.</source>
        <translation>Schieben Sie sie dorthin, wo sie hingehört; Otoscribe legt seine eigene an.</translation>
    </message>
    <message>
        <source>Name a file with terms in it.</source>
        <translation>Nennen Sie eine Datei mit Fachwörtern.</translation>
    </message>
    <message>
        <source>Name the audio files in it.</source>
        <translation>Nennen Sie die Audiodateien darin.</translation>
    </message>
    <message>
        <source>Name the folder of a Whisper model in Hugging Face or CTranslate2 form.</source>
        <translation>Nennen Sie den Ordner eines Whisper-Modells in der Form von Hugging Face oder CTranslate2.</translation>
    </message>
    <message>
        <source>Names: Spelling of known names: Salter-Harris, E. coli, X-ray.</source>
        <translation>Namen: Schreibung bekannter Namen: Salter-Harris, E. coli, X-ray.</translation>
    </message>
    <message>
        <source>No adapter of {base} is in use</source>
        <translation>Kein Adapter von {base} ist in Gebrauch</translation>
    </message>
    <message>
        <source>No loudspeaker can be opened ({error})</source>
        <translation>Kein Lautsprecher lässt sich öffnen ({error})</translation>
    </message>
    <message>
        <source>No microphone was found</source>
        <translation>Es wurde kein Mikrofon gefunden</translation>
    </message>
    <message>
        <source>No window of another program had the focus yet</source>
        <translation>Noch hatte kein Fenster eines anderen Programms den Fokus</translation>
    </message>
    <message>
        <source>Note {note_id} has no text to sign</source>
        <translation>Bericht {note_id} hat keinen Text zum Signieren</translation>
    </message>
    <message>
        <source>Note {note_id} is a draft</source>
        <translation>Bericht {note_id} ist ein Entwurf</translation>
    </message>
    <message>
        <source>Nothing was changed; close the other program, then try again.</source>
        <translation>Es wurde nichts geändert; schließen Sie das andere Programm und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Nothing was recorded</source>
        <translation>Es wurde nichts aufgenommen</translation>
    </message>
    <message>
        <source>Numbers: Numbers in words become digits where medicine writes digits.</source>
        <translation>Zahlen: Zahlwörter werden Ziffern, wo die Medizin Ziffern schreibt.</translation>
    </message>
    <message>
        <source>One * marks the default.</source>
        <translation>Ein * kennzeichnet die Vorgabe.</translation>
    </message>
    <message>
        <source>One key can&apos;t do both</source>
        <translation>Eine Taste kann nicht beides</translation>
    </message>
    <message>
        <source>Only your own templates can be deleted.</source>
        <translation>Nur eigene Vorlagen lassen sich löschen.</translation>
    </message>
    <message>
        <source>Open it in a player to check it, or convert it to WAV or FLAC.</source>
        <translation>Prüfen Sie sie in einem Wiedergabeprogramm, oder wandeln Sie sie in WAV oder FLAC um.</translation>
    </message>
    <message>
        <source>Ordinals: 4th metacarpal, 21st day.</source>
        <translation>Ordnungszahlen: 4th metacarpal, 21st day.</translation>
    </message>
    <message>
        <source>Otoscribe learns from corrections in English only so far</source>
        <translation>Otoscribe lernt bisher nur aus englischen Korrekturen</translation>
    </message>
    <message>
        <source>Paste by hand.</source>
        <translation>Fügen Sie von Hand ein.</translation>
    </message>
    <message>
        <source>Percent: Ten percent becomes 10%.</source>
        <translation>Prozent: ten percent wird 10%.</translation>
    </message>
    <message>
        <source>Phrase {number} of the file {name} is left out: {what}</source>
        <translation>Wendung {number} der Datei {name} bleibt unbeachtet: {what}</translation>
    </message>
    <message>
        <source>Plug in a loudspeaker or headphones and choose them in the system&apos;s sound settings, then play again.</source>
        <translation>Schließen Sie Lautsprecher oder Kopfhörer an, wählen Sie sie in den Toneinstellungen des Systems und starten Sie die Wiedergabe erneut.</translation>
    </message>
    <message>
        <source>Plug it in again or choose another, and allow the microphone in the system&apos;s privacy settings.</source>
        <translation>Schließen Sie es wieder an oder wählen Sie ein anderes, und erlauben Sie das Mikrofon in den Datenschutzeinstellungen des Systems.</translation>
    </message>
    <message>
        <source>Plug it in or choose another, then record again.</source>
        <translation>Schließen Sie es an oder wählen Sie ein anderes, und nehmen Sie erneut auf.</translation>
    </message>
    <message>
        <source>Plug it in, then play again.</source>
        <translation>Schließen Sie ihn an und starten Sie die Wiedergabe erneut.</translation>
    </message>
    <message>
        <source>Plug one in or allow it in the system&apos;s privacy settings, then record again.</source>
        <translation>Schließen Sie eines an oder erlauben Sie es in den Datenschutzeinstellungen des Systems, und nehmen Sie erneut auf.</translation>
    </message>
    <message>
        <source>Press Record and say the term.</source>
        <translation>Drücken Sie Aufnehmen und sprechen Sie das Fachwort.</translation>
    </message>
    <message>
        <source>Press Try again when it is done.</source>
        <translation>Drücken Sie „Erneut versuchen“, wenn das fertig ist.</translation>
    </message>
    <message>
        <source>Press Try again; if it happens again, send the log file to your administrator.</source>
        <translation>Drücken Sie „Erneut versuchen“; geschieht es wieder, senden Sie die Protokolldatei an Ihre Administration.</translation>
    </message>
    <message>
        <source>Punctuation: Marks that are said: comma, full stop, open bracket.</source>
        <translation>Satzzeichen: angesagte Zeichen: comma, full stop, open bracket.</translation>
    </message>
    <message>
        <source>Put a blank line first.</source>
        <translation>Setzen Sie eine Leerzeile davor.</translation>
    </message>
    <message>
        <source>Put a line such as written,spoken,category above it: only written is needed.</source>
        <translation>Setzen Sie eine Zeile wie written,spoken,category darüber: Nötig ist nur written.</translation>
    </message>
    <message>
        <source>Put it back or connect its drive and press Try again, or take it off the list.</source>
        <translation>Legen Sie sie zurück oder verbinden Sie das Laufwerk und drücken Sie „Erneut versuchen“, oder nehmen Sie sie von der Liste.</translation>
    </message>
    <message>
        <source>Put it where it belongs.</source>
        <translation>Legen Sie es dorthin, wo es hingehört.</translation>
    </message>
    <message>
        <source>Put its cursor into a text field and transfer again.</source>
        <translation>Setzen Sie dort die Schreibmarke in ein Textfeld und übertragen Sie erneut.</translation>
    </message>
    <message>
        <source>Put quotation marks around what is said and done.</source>
        <translation>Setzen Sie Anführungszeichen um das, was gesagt und getan wird.</translation>
    </message>
    <message>
        <source>QD can be read as QID or QOD</source>
        <translation>QD kann als QID oder QOD gelesen werden</translation>
    </message>
    <message>
        <source>QOD can be read as QD or QID</source>
        <translation>QOD kann als QD oder QID gelesen werden</translation>
    </message>
    <message>
        <source>Ranges: 4 to 6 weeks becomes 4-6 weeks.</source>
        <translation>Bereiche: 4 to 6 weeks wird 4-6 weeks.</translation>
    </message>
    <message>
        <source>Ratios: A dilution of one to two hundred becomes 1:200.</source>
        <translation>Verhältnisse: a dilution of one to two hundred wird 1:200.</translation>
    </message>
    <message>
        <source>Record it again or choose another file.</source>
        <translation>Nehmen Sie sie erneut auf, oder wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>Recordings are kept with their notes until the model is there.</source>
        <translation>Aufnahmen bleiben bei ihren Berichten, bis das Modell da ist.</translation>
    </message>
    <message>
        <source>Remove it with otoscribe lexicon remove and import it again, or put the file back from a backup.</source>
        <translation>Entfernen Sie sie mit otoscribe lexicon remove und importieren Sie sie neu, oder holen Sie die Datei aus einer Sicherung.</translation>
    </message>
    <message>
        <source>Remove that file; then promote the adapter that you want.</source>
        <translation>Entfernen Sie diese Datei; wählen Sie dann den gewünschten Adapter.</translation>
    </message>
    <message>
        <source>Roman: Cranial nerve VII, stage III, factor VIII.</source>
        <translation>Römische Zahlen: cranial nerve VII, stage III, factor VIII.</translation>
    </message>
    <message>
        <source>Run: otoscribe models pull {name}</source>
        <translation>Führen Sie aus: otoscribe models pull {name}</translation>
    </message>
    <message>
        <source>Run: otoscribe models remove {name}, or import this one under another name with --name.</source>
        <translation>Führen Sie aus: otoscribe models remove {name}, oder importieren Sie dieses mit --name unter einem anderen Namen.</translation>
    </message>
    <message>
        <source>Save it as .docx in Word, or do without it.</source>
        <translation>Speichern Sie es in Word als .docx, oder verzichten Sie darauf.</translation>
    </message>
    <message>
        <source>Save it as UTF-8; it is left out.</source>
        <translation>Speichern Sie sie als UTF-8; sie bleibt unbeachtet.</translation>
    </message>
    <message>
        <source>Save it as plain text.</source>
        <translation>Speichern Sie sie als reinen Text.</translation>
    </message>
    <message>
        <source>Save the terms as plain text or CSV, in UTF-8.</source>
        <translation>Speichern Sie die Fachwörter als reinen Text oder CSV, in UTF-8.</translation>
    </message>
    <message>
        <source>Say something else for it.</source>
        <translation>Sagen Sie dafür etwas anderes.</translation>
    </message>
    <message>
        <source>See its terms with: otoscribe lexicon show {name}</source>
        <translation>Ihre Fachwörter zeigt: otoscribe lexicon show {name}</translation>
    </message>
    <message>
        <source>See the names with: otoscribe lexicon list</source>
        <translation>Die Namen zeigt: otoscribe lexicon list</translation>
    </message>
    <message>
        <source>See what there is with: otoscribe adapt list</source>
        <translation>Was es gibt, zeigt: otoscribe adapt list</translation>
    </message>
    <message>
        <source>See: otoscribe templates list</source>
        <translation>Siehe: otoscribe templates list</translation>
    </message>
    <message>
        <source>Set HTTPS_PROXY to http://NAME:PASSWORD@HOST:PORT and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>Setzen Sie HTTPS_PROXY auf http://NAME:KENNWORT@HOST:PORT und versuchen Sie es erneut, oder bringen Sie das Modell als Offline-Paket: otoscribe models import DATEI.</translation>
    </message>
    <message>
        <source>Set PIP_INDEX_URL (or pip&apos;s index-url) to a mirror that has it, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>Setzen Sie PIP_INDEX_URL (oder index-url von pip) auf einen Spiegelserver, der es hat, oder bringen Sie das Modell als Offline-Paket: otoscribe models import DATEI.</translation>
    </message>
    <message>
        <source>Set PIP_INDEX_URL to a registry or mirror that you may use, {bundle_instead}.</source>
        <translation>Setzen Sie PIP_INDEX_URL auf einen Server, den Sie benutzen dürfen, {bundle_instead}.</translation>
    </message>
    <message>
        <source>Set your name in the settings, or give --author NAME.</source>
        <translation>Tragen Sie Ihren Namen in den Einstellungen ein, oder geben Sie --author NAME an.</translation>
    </message>
    <message>
        <source>Set your name in the settings, or give it as author.</source>
        <translation>Tragen Sie Ihren Namen in den Einstellungen ein, oder geben Sie ihn als author an.</translation>
    </message>
    <message>
        <source>Shorten it, and divide several spoken forms by |.</source>
        <translation>Kürzen Sie sie, und trennen Sie mehrere gesprochene Formen durch |.</translation>
    </message>
    <message>
        <source>Shorten it.</source>
        <translation>Kürzen Sie es.</translation>
    </message>
    <message>
        <source>Sizes: 3 by 2 centimeters becomes 3 x 2 cm.</source>
        <translation>Maße: 3 by 2 centimeters wird 3 x 2 cm.</translation>
    </message>
    <message>
        <source>Something on the way may have changed it: check proxy and mirror and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>Etwas unterwegs hat es vielleicht verändert: Prüfen Sie Proxy und Spiegelserver und versuchen Sie es erneut, oder bringen Sie das Modell als Offline-Paket: otoscribe models import DATEI.</translation>
    </message>
    <message>
        <source>Something went wrong inside Otoscribe with this file</source>
        <translation>In Otoscribe ist bei dieser Datei etwas schiefgegangen</translation>
    </message>
    <message>
        <source>Something went wrong inside Otoscribe; what you said and wrote is kept</source>
        <translation>In Otoscribe ist etwas schiefgegangen; was Sie gesagt und geschrieben haben, bleibt</translation>
    </message>
    <message>
        <source>Staging: T2N0M0, G2P1, B12: letters with numbers.</source>
        <translation>Stadien: T2N0M0, G2P1, B12: Buchstaben mit Zahlen.</translation>
    </message>
    <message>
        <source>Start Otoscribe anew from your desktop.</source>
        <translation>Starten Sie Otoscribe vom Desktop aus neu.</translation>
    </message>
    <message>
        <source>Stop and start another.</source>
        <translation>Stoppen Sie und beginnen Sie eine neue.</translation>
    </message>
    <message>
        <source>Switch it off with: otoscribe lexicon off {name}, or take back single terms with remove --term.</source>
        <translation>Schalten Sie sie aus mit: otoscribe lexicon off {name}, oder entfernen Sie einzelne Fachwörter mit remove --term.</translation>
    </message>
    <message>
        <source>Take a function key, Pause or ScrollLock, or a letter with Ctrl, Alt or the system key.</source>
        <translation>Nehmen Sie eine Funktionstaste, Pause oder Rollen oder einen Buchstaben mit Strg, Alt oder der Systemtaste.</translation>
    </message>
    <message>
        <source>Take it out; there are {known}.</source>
        <translation>Nehmen Sie es heraus; es gibt {known}.</translation>
    </message>
    <message>
        <source>Take one of them out.</source>
        <translation>Nehmen Sie eine davon heraus.</translation>
    </message>
    <message>
        <source>Take out the spoken form that is wrong, if one is.</source>
        <translation>Entfernen Sie die falsche gesprochene Form, falls es eine gibt.</translation>
    </message>
    <message>
        <source>Take the * away.</source>
        <translation>Nehmen Sie das * weg.</translation>
    </message>
    <message>
        <source>Take the line out.</source>
        <translation>Nehmen Sie die Zeile heraus.</translation>
    </message>
    <message>
        <source>Take two words or more: ordinary speech would set it off otherwise.</source>
        <translation>Nehmen Sie zwei Wörter oder mehr: Sonst löst gewöhnliche Sprache sie aus.</translation>
    </message>
    <message>
        <source>Take {name}, for example.</source>
        <translation>Nehmen Sie zum Beispiel {name}.</translation>
    </message>
    <message>
        <source>Temperatures: Degrees Celsius becomes °C.</source>
        <translation>Temperaturen: degrees Celsius wird °C.</translation>
    </message>
    <message>
        <source>Templates are files that end in .txt.</source>
        <translation>Vorlagen sind Dateien mit der Endung .txt.</translation>
    </message>
    <message>
        <source>The PDF cannot show writing from right to left</source>
        <translation>Das PDF kann Schrift von rechts nach links nicht darstellen</translation>
    </message>
    <message>
        <source>The adapter {name} was made for other weights than those of {name2}</source>
        <translation>Der Adapter {name} wurde für andere Gewichte gemacht als die von {name2}</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted on this machine</source>
        <translation>Dem Zertifikat von {host} wird auf diesem Computer nicht vertraut</translation>
    </message>
    <message>
        <source>The commands can&apos;t be kept in {path} ({strerror})</source>
        <translation>Die Befehle lassen sich nicht in {path} speichern ({strerror})</translation>
    </message>
    <message>
        <source>The computer was too busy to hear everything: a moment of sound is missing</source>
        <translation>Der Computer war zu beschäftigt, um alles zu hören: Ein Moment Ton fehlt</translation>
    </message>
    <message>
        <source>The counters of terms in {path} cannot be used ({error})</source>
        <translation>Die Zähler der Fachwörter in {path} sind nicht benutzbar ({error})</translation>
    </message>
    <message>
        <source>The desktop did not give the key</source>
        <translation>Der Desktop hat die Taste nicht vergeben</translation>
    </message>
    <message>
        <source>The device cannot be opened</source>
        <translation>Das Gerät lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>The disk cannot be read</source>
        <translation>Der Datenträger lässt sich nicht lesen</translation>
    </message>
    <message>
        <source>The disk is full, or refuses large files, at {folder}</source>
        <translation>Der Datenträger ist voll oder verweigert große Dateien: {folder}</translation>
    </message>
    <message>
        <source>The disk is full: the change was not written to {database}</source>
        <translation>Der Datenträger ist voll: Die Änderung wurde nicht in {database} geschrieben</translation>
    </message>
    <message>
        <source>The disk is full: {folder} takes no more audio</source>
        <translation>Der Datenträger ist voll: {folder} nimmt keinen Ton mehr auf</translation>
    </message>
    <message>
        <source>The disk is too full to write {name} down</source>
        <translation>Die Festplatte ist zu voll, um {name} niederzuschreiben</translation>
    </message>
    <message>
        <source>The disk refused to read or write {database}</source>
        <translation>Der Datenträger hat Lesen oder Schreiben von {database} verweigert</translation>
    </message>
    <message>
        <source>The file {database} is a database of another program</source>
        <translation>Die Datei {database} ist die Datenbank eines anderen Programms</translation>
    </message>
    <message>
        <source>The file {name} holds something else than phrases</source>
        <translation>Die Datei {name} enthält etwas anderes als Wendungen</translation>
    </message>
    <message>
        <source>The file {name} is not TOML ({error})</source>
        <translation>Die Datei {name} ist kein TOML ({error})</translation>
    </message>
    <message>
        <source>The file {path} can&apos;t be read ({strerror})</source>
        <translation>Die Datei {path} lässt sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>The file {path} is larger than a megabyte</source>
        <translation>Die Datei {path} ist größer als ein Megabyte</translation>
    </message>
    <message>
        <source>The file {path} is not TOML ({error})</source>
        <translation>Die Datei {path} ist kein TOML ({error})</translation>
    </message>
    <message>
        <source>The file {path} is not UTF-8 text</source>
        <translation>Die Datei {path} ist kein UTF-8-Text</translation>
    </message>
    <message>
        <source>The focus has gone to another window; nothing was pasted</source>
        <translation>Der Fokus ist zu einem anderen Fenster gewechselt; nichts wurde eingefügt</translation>
    </message>
    <message>
        <source>The focus has gone to another window; {typed} of {count} characters were typed</source>
        <translation>Der Fokus ist zu einem anderen Fenster gewechselt; {typed} von {count} Zeichen wurden getippt</translation>
    </message>
    <message>
        <source>The folder of unsaved recordings {folder} cannot be read ({strerror})</source>
        <translation>Der Ordner ungesicherter Aufnahmen {folder} lässt sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be made ({strerror})</source>
        <translation>Der Ordner {folder} lässt sich nicht anlegen ({strerror})</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be read ({strerror})</source>
        <translation>Der Ordner {folder} kann nicht gelesen werden ({strerror})</translation>
    </message>
    <message>
        <source>The folder {name} holds no audio files</source>
        <translation>In dem Ordner {name} sind keine Audiodateien</translation>
    </message>
    <message>
        <source>The folder {parent} is not there</source>
        <translation>Den Ordner {parent} gibt es nicht</translation>
    </message>
    <message>
        <source>The folder {path} holds no text files</source>
        <translation>Der Ordner {path} enthält keine Textdateien</translation>
    </message>
    <message>
        <source>The keyboard has too few free keys for this text</source>
        <translation>Die Tastatur hat zu wenige freie Tasten für diesen Text</translation>
    </message>
    <message>
        <source>The layout cannot be written ({strerror})</source>
        <translation>Die Belegung lässt sich nicht schreiben ({strerror})</translation>
    </message>
    <message>
        <source>The layout {name} cannot be read ({error})</source>
        <translation>Die Belegung {name} lässt sich nicht lesen ({error})</translation>
    </message>
    <message>
        <source>The layout {name} cannot be read ({wrong})</source>
        <translation>Die Belegung {name} lässt sich nicht lesen ({wrong})</translation>
    </message>
    <message>
        <source>The lexicon {name} holds no such term</source>
        <translation>Die Fachwortliste {name} enthält dieses Fachwort nicht</translation>
    </message>
    <message>
        <source>The lexicon {name} is {belongs}</source>
        <translation>Die Fachwortliste {name} ist {belongs}</translation>
    </message>
    <message>
        <source>The lexicon {path} cannot be read ({strerror})</source>
        <translation>Die Fachwortliste {path} lässt sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>The lexicon {path} is damaged</source>
        <translation>Die Fachwortliste {path} ist beschädigt</translation>
    </message>
    <message>
        <source>The lexicon {path} is from another version of Otoscribe</source>
        <translation>Die Fachwortliste {path} stammt aus einer anderen Version von Otoscribe</translation>
    </message>
    <message>
        <source>The library for X11 is missing</source>
        <translation>Die Bibliothek für X11 fehlt</translation>
    </message>
    <message>
        <source>The library for pedals is missing (hidapi)</source>
        <translation>Die Bibliothek für Pedale fehlt (hidapi)</translation>
    </message>
    <message>
        <source>The loudspeaker is gone</source>
        <translation>Der Lautsprecher ist weg</translation>
    </message>
    <message>
        <source>The loudspeaker is used by another program</source>
        <translation>Der Lautsprecher wird von einem anderen Programm benutzt</translation>
    </message>
    <message>
        <source>The microphone is gone</source>
        <translation>Das Mikrofon ist weg</translation>
    </message>
    <message>
        <source>The microphone {name} cannot be opened ({error})</source>
        <translation>Das Mikrofon {name} lässt sich nicht öffnen ({error})</translation>
    </message>
    <message>
        <source>The microphone {name} is gone</source>
        <translation>Das Mikrofon {name} ist weg</translation>
    </message>
    <message>
        <source>The microphone {name} is not there</source>
        <translation>Das Mikrofon {name} ist nicht da</translation>
    </message>
    <message>
        <source>The microphone {name} is used by another program</source>
        <translation>Das Mikrofon {name} wird von einem anderen Programm benutzt</translation>
    </message>
    <message>
        <source>The model needs {needed_bytes} MB of disk space in {folder}, and {free_bytes} MB are free</source>
        <translation>Das Modell braucht {needed_bytes} MB Speicherplatz in {folder}, frei sind {free_bytes} MB</translation>
    </message>
    <message>
        <source>The model writes as before.</source>
        <translation>Das Modell schreibt wie zuvor.</translation>
    </message>
    <message>
        <source>The model {name} is damaged: {error}</source>
        <translation>Das Modell {name} ist beschädigt: {error}</translation>
    </message>
    <message>
        <source>The model {name} is damaged: {problems}</source>
        <translation>Das Modell {name} ist beschädigt: {problems}</translation>
    </message>
    <message>
        <source>The model {name} is not installed</source>
        <translation>Das Modell {name} ist nicht installiert</translation>
    </message>
    <message>
        <source>The model&apos;s tokenizer.json is damaged</source>
        <translation>Die Datei tokenizer.json des Modells ist beschädigt</translation>
    </message>
    <message>
        <source>The model&apos;s {name} is missing or damaged</source>
        <translation>{name} des Modells fehlt oder ist beschädigt</translation>
    </message>
    <message>
        <source>The models folder {folder} cannot be used ({strerror})</source>
        <translation>Der Modellordner {folder} ist nicht benutzbar ({strerror})</translation>
    </message>
    <message>
        <source>The notes in {database} are in use by another program</source>
        <translation>Die Berichte in {database} werden von einem anderen Programm benutzt</translation>
    </message>
    <message>
        <source>The notes in {database} cannot be opened ({strerror})</source>
        <translation>Die Berichte in {database} lassen sich nicht öffnen ({strerror})</translation>
    </message>
    <message>
        <source>The notes in {database} cannot be opened for writing</source>
        <translation>Die Berichte in {database} lassen sich nicht zum Schreiben öffnen</translation>
    </message>
    <message>
        <source>The notes in {database} were written by a newer version of Otoscribe</source>
        <translation>Die Berichte in {database} wurden von einer neueren Version von Otoscribe geschrieben</translation>
    </message>
    <message>
        <source>The notes&apos; database {database} is damaged</source>
        <translation>Die Datenbank der Berichte {database} ist beschädigt</translation>
    </message>
    <message>
        <source>The notes&apos; database {database} is missing or empty, but it has been there before</source>
        <translation>Die Datenbank der Berichte {database} fehlt oder ist leer, war aber schon einmal da</translation>
    </message>
    <message>
        <source>The other program took no text</source>
        <translation>Das andere Programm hat keinen Text angenommen</translation>
    </message>
    <message>
        <source>The other window does not take the focus</source>
        <translation>Das andere Fenster nimmt den Fokus nicht an</translation>
    </message>
    <message>
        <source>The other window shows something else than when you left it</source>
        <translation>Das andere Fenster zeigt etwas anderes als beim Verlassen</translation>
    </message>
    <message>
        <source>The package registry does not have {project} {version}</source>
        <translation>Der Paketserver hat {project} {version} nicht</translation>
    </message>
    <message>
        <source>The phrase “{each}” has a brace in it</source>
        <translation>Die Wendung „{each}“ enthält eine geschweifte Klammer</translation>
    </message>
    <message>
        <source>The phrase “{each}” is too short</source>
        <translation>Die Wendung „{each}“ ist zu kurz</translation>
    </message>
    <message>
        <source>The phrase “{said}” is a command already</source>
        <translation>Die Wendung „{said}“ ist schon ein Befehl</translation>
    </message>
    <message>
        <source>The phrase “{said}” is yours already</source>
        <translation>Die Wendung „{said}“ haben Sie schon</translation>
    </message>
    <message>
        <source>The proxy asks for a name and a password</source>
        <translation>Der Proxy verlangt Namen und Kennwort</translation>
    </message>
    <message>
        <source>The proxy does not connect to {host}</source>
        <translation>Der Proxy verbindet nicht mit {host}</translation>
    </message>
    <message>
        <source>The record of notes is not open</source>
        <translation>Die Berichte sind nicht geöffnet</translation>
    </message>
    <message>
        <source>The recording cannot be deleted ({strerror})</source>
        <translation>Die Aufnahme lässt sich nicht löschen ({strerror})</translation>
    </message>
    <message>
        <source>The recording cannot be written to {folder} ({reason})</source>
        <translation>Die Aufnahme lässt sich nicht in {folder} schreiben ({reason})</translation>
    </message>
    <message>
        <source>The recording has reached the 4 GB that a WAV file can hold</source>
        <translation>Die Aufnahme hat die 4 GB erreicht, die eine WAV-Datei fasst</translation>
    </message>
    <message>
        <source>The recording {audio} cannot be put into {parent} ({strerror})</source>
        <translation>Die Aufnahme {audio} lässt sich nicht in {parent} ablegen ({strerror})</translation>
    </message>
    <message>
        <source>The recording {audio} cannot be read ({strerror})</source>
        <translation>Die Aufnahme {audio} lässt sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>The recording {path} cannot be read ({strerror})</source>
        <translation>Die Aufnahme {path} lässt sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>The recording {path} is no WAV file</source>
        <translation>Die Aufnahme {path} ist keine WAV-Datei</translation>
    </message>
    <message>
        <source>The recording {path} is not in 16-bit samples</source>
        <translation>Die Aufnahme {path} hat keine 16-Bit-Abtastwerte</translation>
    </message>
    <message>
        <source>The scope {scope} cannot be imported into</source>
        <translation>In den Bereich {scope} kann nicht importiert werden</translation>
    </message>
    <message>
        <source>The screen of this computer does not answer</source>
        <translation>Der Bildschirm dieses Rechners antwortet nicht</translation>
    </message>
    <message>
        <source>The settings cannot be written to {path} ({strerror})</source>
        <translation>Die Einstellungen lassen sich nicht in {path} schreiben ({strerror})</translation>
    </message>
    <message>
        <source>The settings file {path} cannot be read ({strerror})</source>
        <translation>Die Einstellungsdatei {path} lässt sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>The settings file {path} holds no JSON object</source>
        <translation>Die Einstellungsdatei {path} enthält kein JSON-Objekt</translation>
    </message>
    <message>
        <source>The settings file {path} is from a newer version of Otoscribe</source>
        <translation>Die Einstellungsdatei {path} stammt aus einer neueren Version von Otoscribe</translation>
    </message>
    <message>
        <source>The settings file {path} is nested too deeply</source>
        <translation>Die Einstellungsdatei {path} ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>The settings file {path} is not JSON at line {lineno}: {msg}</source>
        <translation>Die Einstellungsdatei {path} ist in Zeile {lineno} kein JSON: {msg}</translation>
    </message>
    <message>
        <source>The settings file {path} is not UTF-8 text</source>
        <translation>Die Einstellungsdatei {path} ist kein UTF-8-Text</translation>
    </message>
    <message>
        <source>The sound library PortAudio is missing</source>
        <translation>Die Tonbibliothek PortAudio fehlt</translation>
    </message>
    <message>
        <source>The sound system of this computer does not answer</source>
        <translation>Das Tonsystem dieses Computers antwortet nicht</translation>
    </message>
    <message>
        <source>The speech model is not loaded yet</source>
        <translation>Das Sprachmodell ist noch nicht geladen</translation>
    </message>
    <message>
        <source>The template {name} can&apos;t be deleted ({strerror})</source>
        <translation>Die Vorlage {name} lässt sich nicht löschen ({strerror})</translation>
    </message>
    <message>
        <source>The template {name} can&apos;t be kept: {reason}</source>
        <translation>Die Vorlage {name} lässt sich nicht behalten: {reason}</translation>
    </message>
    <message>
        <source>The template {template} cannot be opened as a Word document</source>
        <translation>Die Vorlage {template} lässt sich nicht als Word-Dokument öffnen</translation>
    </message>
    <message>
        <source>The templates can&apos;t be kept in {folder} ({strerror})</source>
        <translation>Die Vorlagen lassen sich nicht in {folder} ablegen ({strerror})</translation>
    </message>
    <message>
        <source>The templates in {folder} can&apos;t be read ({strerror})</source>
        <translation>Die Vorlagen in {folder} lassen sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>The text “{command}” is no command</source>
        <translation>Der Text „{command}“ ist kein Befehl</translation>
    </message>
    <message>
        <source>The training cannot be started ({strerror})</source>
        <translation>Das Training lässt sich nicht starten ({strerror})</translation>
    </message>
    <message>
        <source>The training ended by itself</source>
        <translation>Das Training hat von selbst geendet</translation>
    </message>
    <message>
        <source>The window is too busy to take keys</source>
        <translation>Das Fenster ist zu beschäftigt, um Tasten zu belegen</translation>
    </message>
    <message>
        <source>The window that had the focus before is closed</source>
        <translation>Das Fenster, das vorher den Fokus hatte, ist geschlossen</translation>
    </message>
    <message>
        <source>There are no commands for the language {language}</source>
        <translation>Für die Sprache {language} gibt es keine Befehle</translation>
    </message>
    <message>
        <source>There are no formatting rules for the language {code}</source>
        <translation>Für die Sprache {code} gibt es keine Schreibregeln</translation>
    </message>
    <message>
        <source>There are say, text, command and language.</source>
        <translation>Es gibt say, text, command und language.</translation>
    </message>
    <message>
        <source>There is a lexicon {name} already</source>
        <translation>Es gibt schon eine Fachwortliste {name}</translation>
    </message>
    <message>
        <source>There is no adapter {name}</source>
        <translation>Es gibt keinen Adapter {name}</translation>
    </message>
    <message>
        <source>There is no backend {backend}</source>
        <translation>Es gibt kein Backend {backend}</translation>
    </message>
    <message>
        <source>There is no backup beside it. {away}, and ask your IT for a backup of theirs.</source>
        <translation>Daneben liegt keine Sicherung. {away}, und bitten Sie Ihre IT um deren Sicherung.</translation>
    </message>
    <message>
        <source>There is no correction {correction_id}</source>
        <translation>Es gibt keine Korrektur {correction_id}</translation>
    </message>
    <message>
        <source>There is no file {file_id} in the queue</source>
        <translation>In der Warteschlange gibt es keine Datei {file_id}</translation>
    </message>
    <message>
        <source>There is no file {path}</source>
        <translation>Es gibt keine Datei {path}</translation>
    </message>
    <message>
        <source>There is no folder {folder}</source>
        <translation>Es gibt keinen Ordner {folder}</translation>
    </message>
    <message>
        <source>There is no formatting rule {name}</source>
        <translation>Es gibt keine Schreibregel {name}</translation>
    </message>
    <message>
        <source>There is no lexicon of that name</source>
        <translation>Es gibt keine Fachwortliste dieses Namens</translation>
    </message>
    <message>
        <source>There is no model {name}</source>
        <translation>Es gibt kein Modell {name}</translation>
    </message>
    <message>
        <source>There is no model {name} in the catalogue</source>
        <translation>Im Katalog gibt es kein Modell {name}</translation>
    </message>
    <message>
        <source>There is no punctuation {punctuation}</source>
        <translation>Es gibt keine Zeichensetzung {punctuation}</translation>
    </message>
    <message>
        <source>There is no recording {recording_id}</source>
        <translation>Es gibt keine Aufnahme {recording_id}</translation>
    </message>
    <message>
        <source>There is no template {name}</source>
        <translation>Es gibt keine Vorlage {name}</translation>
    </message>
    <message>
        <source>There is nothing to go back from.</source>
        <translation>Es gibt nichts, wovon zurückzugehen wäre.</translation>
    </message>
    <message>
        <source>There is nothing to say</source>
        <translation>Es ist nichts zu sagen angegeben</translation>
    </message>
    <message>
        <source>These notes are open already: {holder}</source>
        <translation>Diese Berichte sind schon geöffnet: {holder}</translation>
    </message>
    <message>
        <source>This cannot be a term: {reason}</source>
        <translation>Das kann kein Fachwort sein: {reason}</translation>
    </message>
    <message>
        <source>This desktop gives programs no keys for the whole screen</source>
        <translation>Dieser Desktop gibt Programmen keine Tasten für den ganzen Bildschirm</translation>
    </message>
    <message>
        <source>This keyboard has no key {key}</source>
        <translation>Diese Tastatur hat keine Taste {key}</translation>
    </message>
    <message>
        <source>This screen lets no program press keys (XTEST is missing)</source>
        <translation>Dieser Bildschirm lässt kein Programm Tasten drücken (XTEST fehlt)</translation>
    </message>
    <message>
        <source>Thousands: A separator in 5,000 units.</source>
        <translation>Tausender: ein Trennzeichen in 5,000 units.</translation>
    </message>
    <message>
        <source>Times: Eight thirty a m becomes 8:30 a.m.</source>
        <translation>Uhrzeiten: eight thirty a m wird 8:30 a.m.</translation>
    </message>
    <message>
        <source>Titles: Dr. Lee, Mr. Patel.</source>
        <translation>Titel: Dr. Lee, Mr. Patel.</translation>
    </message>
    <message>
        <source>Train from a manifest of your own: otoscribe adapt train MANIFEST --name NAME --language CODE</source>
        <translation>Trainieren Sie aus eigenen Daten: otoscribe adapt train MANIFEST --name NAME --language CODE</translation>
    </message>
    <message>
        <source>Transfer again.</source>
        <translation>Übertragen Sie erneut.</translation>
    </message>
    <message>
        <source>Transfer it by pasting.</source>
        <translation>Übertragen Sie ihn durch Einfügen.</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Try again later, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>Versuchen Sie es später, oder bringen Sie das Modell als Offline-Paket: otoscribe models import DATEI.</translation>
    </message>
    <message>
        <source>Try again: it continues where it was; or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>Versuchen Sie es erneut: Es geht weiter, wo es war, oder bringen Sie das Modell als Offline-Paket: otoscribe models import DATEI.</translation>
    </message>
    <message>
        <source>Type it anew and save as UTF-8.</source>
        <translation>Tippen Sie es neu und speichern Sie in UTF-8.</translation>
    </message>
    <message>
        <source>U can be read as 0, 4 or cc</source>
        <translation>U kann als 0, 4 oder cc gelesen werden</translation>
    </message>
    <message>
        <source>Units: 500 milligrams becomes 500 mg.</source>
        <translation>Einheiten: 500 milligrams wird 500 mg.</translation>
    </message>
    <message>
        <source>Unplug the microphone and plug it in again, or restart the computer.</source>
        <translation>Ziehen Sie das Mikrofon ab und stecken Sie es wieder an, oder starten Sie den Computer neu.</translation>
    </message>
    <message>
        <source>Update Otoscribe on this computer; nothing was changed.</source>
        <translation>Aktualisieren Sie Otoscribe auf diesem Computer; es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Update Otoscribe.</source>
        <translation>Aktualisieren Sie Otoscribe.</translation>
    </message>
    <message>
        <source>Use it with --model {base}, or train it again.</source>
        <translation>Benutzen Sie ihn mit --model {base}, oder trainieren Sie ihn neu.</translation>
    </message>
    <message>
        <source>Use letters, digits, dots and dashes.</source>
        <translation>Verwenden Sie Buchstaben, Ziffern, Punkte und Striche.</translation>
    </message>
    <message>
        <source>Use onnx or torch.</source>
        <translation>Verwenden Sie onnx oder torch.</translation>
    </message>
    <message>
        <source>Use small letters, digits, hyphens; at most 64.</source>
        <translation>Verwenden Sie Kleinbuchstaben, Ziffern und Bindestriche; höchstens 64.</translation>
    </message>
    <message>
        <source>Use the keys of Otoscribe&apos;s window, or a pedal.</source>
        <translation>Nehmen Sie die Tasten im Fenster von Otoscribe oder ein Pedal.</translation>
    </message>
    <message>
        <source>Use user, department or patient.</source>
        <translation>Verwenden Sie user, department oder patient.</translation>
    </message>
    <message>
        <source>Use {name}.</source>
        <translation>Verwenden Sie {name}.</translation>
    </message>
    <message>
        <source>Vertebrae: L4-L5, T12.</source>
        <translation>Wirbel: L4-L5, T12.</translation>
    </message>
    <message>
        <source>What is being recorded goes on. Plug it in again, or use the keys.</source>
        <translation>Die Aufnahme läuft weiter. Stecken Sie es wieder ein oder nehmen Sie die Tasten.</translation>
    </message>
    <message>
        <source>What was recorded until now is kept. Free some space, then go on recording or stop.</source>
        <translation>Was bis jetzt aufgenommen wurde, bleibt. Schaffen Sie Platz, und nehmen Sie weiter auf oder stoppen Sie.</translation>
    </message>
    <message>
        <source>What was said until now is kept. Plug it in and go on recording, or stop.</source>
        <translation>Was bis jetzt gesagt wurde, bleibt. Schließen Sie es an und nehmen Sie weiter auf, oder stoppen Sie.</translation>
    </message>
    <message>
        <source>Windows does not give the key {key}</source>
        <translation>Windows gibt die Taste {key} nicht her</translation>
    </message>
    <message>
        <source>Windows lets no keys be pressed in that program</source>
        <translation>Windows lässt in diesem Programm keine Tasten drücken</translation>
    </message>
    <message>
        <source>Write [free text], or what is to stand there.</source>
        <translation>Schreiben Sie [Freitext], oder was dort stehen soll.</translation>
    </message>
    <message>
        <source>Write a word, or delete the row.</source>
        <translation>Schreiben Sie ein Wort, oder löschen Sie die Zeile.</translation>
    </message>
    <message>
        <source>Write it as it is said in the list, such as “go to plan”.</source>
        <translation>Schreiben Sie ihn, wie er in der Liste steht, etwa „gehe zu Plan“.</translation>
    </message>
    <message>
        <source>Write it as it is said.</source>
        <translation>Schreiben Sie es, wie es gesprochen wird.</translation>
    </message>
    <message>
        <source>Write it below the head and a blank line.</source>
        <translation>Schreiben Sie ihn unter den Kopf und eine Leerzeile.</translation>
    </message>
    <message>
        <source>Write what you want to say.</source>
        <translation>Schreiben Sie, was Sie sagen möchten.</translation>
    </message>
    <message>
        <source>Write, for example: language: en</source>
        <translation>Schreiben Sie zum Beispiel: language: de</translation>
    </message>
    <message>
        <source>Write, for example: typed: cbc</source>
        <translation>Schreiben Sie zum Beispiel: typed: bb</translation>
    </message>
    <message>
        <source>You have no template {name} of your own</source>
        <translation>Sie haben keine eigene Vorlage {name}</translation>
    </message>
    <message>
        <source>a choice needs two options or more</source>
        <translation>eine Auswahl braucht zwei Möglichkeiten oder mehr</translation>
    </message>
    <message>
        <source>a control character</source>
        <translation>ein Steuerzeichen</translation>
    </message>
    <message>
        <source>a short form is one word that begins with a letter</source>
        <translation>ein Kürzel ist ein Wort, das mit einem Buchstaben beginnt</translation>
    </message>
    <message>
        <source>a side of the body is never chosen unasked</source>
        <translation>eine Körperseite wird nie ungefragt gewählt</translation>
    </message>
    <message>
        <source>a side of the body is never filled in unasked</source>
        <translation>eine Körperseite wird nie ungefragt eingesetzt</translation>
    </message>
    <message>
        <source>a spoken form has {form} characters, more than {longest_spoken}</source>
        <translation>eine gesprochene Form hat {form} Zeichen, mehr als {longest_spoken}</translation>
    </message>
    <message>
        <source>a spoken form holds neither a letter nor a digit</source>
        <translation>eine gesprochene Form enthält weder Buchstaben noch Ziffern</translation>
    </message>
    <message>
        <source>an option begins with more than one *</source>
        <translation>eine Möglichkeit beginnt mit mehr als einem *</translation>
    </message>
    <message>
        <source>errors in other people&apos;s speech: {before}</source>
        <translation>Fehler bei der Sprache anderer: {before}</translation>
    </message>
    <message>
        <source>half a character</source>
        <translation>ein halbes Zeichen</translation>
    </message>
    <message>
        <source>holds a character that the file&apos;s encoding does not know</source>
        <translation>enthält ein Zeichen, das die Kodierung der Datei nicht kennt</translation>
    </message>
    <message>
        <source>holds {kind} (U+{character})</source>
        <translation>enthält {kind} (U+{character})</translation>
    </message>
    <message>
        <source>it sounds like {offered}, which is in your lexicons</source>
        <translation>es klingt wie {offered} aus Ihren Fachwortlisten</translation>
    </message>
    <message>
        <source>it stands twice in the head</source>
        <translation>es steht zweimal im Kopf</translation>
    </message>
    <message>
        <source>macOS does not give the key {key}</source>
        <translation>macOS gibt die Taste {key} nicht her</translation>
    </message>
    <message>
        <source>medical terms</source>
        <translation>medizinische Fachwörter</translation>
    </message>
    <message>
        <source>negations, sides or look-alike drugs exchanged: {before} times before, {after} times after</source>
        <translation>Verneinungen, Seiten oder ähnlich klingende Medikamente vertauscht: vorher {before}-mal, nachher {after}-mal</translation>
    </message>
    <message>
        <source>neither a letter nor a digit</source>
        <translation>weder Buchstabe noch Ziffer</translation>
    </message>
    <message>
        <source>no line with a title, so the file&apos;s name is the title</source>
        <translation>keine Zeile mit einem Titel, also ist der Dateiname der Titel</translation>
    </message>
    <message>
        <source>no written form</source>
        <translation>keine geschriebene Form</translation>
    </message>
    <message>
        <source>not certain to be an improvement</source>
        <translation>keine sichere Verbesserung</translation>
    </message>
    <message>
        <source>only {present} of your utterances were held out to measure on; {fewest_own_clips} are needed</source>
        <translation>nur {present} Ihrer Äußerungen waren zum Messen zurückgelegt; {fewest_own_clips} werden gebraucht</translation>
    </message>
    <message>
        <source>other spoken forms, both are kept</source>
        <translation>andere gesprochene Formen, beide bleiben</translation>
    </message>
    <message>
        <source>patient name</source>
        <translation>Patientenname</translation>
    </message>
    <message>
        <source>patient number</source>
        <translation>Patientennummer</translation>
    </message>
    <message>
        <source>the field does not end on its line</source>
        <translation>das Feld endet nicht in seiner Zeile</translation>
    </message>
    <message>
        <source>the field has no name</source>
        <translation>das Feld hat keinen Namen</translation>
    </message>
    <message>
        <source>the field is longer than {longest_field} characters</source>
        <translation>das Feld ist länger als {longest_field} Zeichen</translation>
    </message>
    <message>
        <source>the head knows only {known}</source>
        <translation>der Kopf kennt nur {known}</translation>
    </message>
    <message>
        <source>the larger weight of {weight} and {weight2} holds</source>
        <translation>das größere Gewicht von {weight} und {weight2} gilt</translation>
    </message>
    <message>
        <source>the point can be missed: ten times the dose</source>
        <translation>der Punkt kann übersehen werden: zehnfache Dosis</translation>
    </message>
    <message>
        <source>the point can be missed: ten times the dose or more</source>
        <translation>der Punkt kann übersehen werden: zehnfache Dosis oder mehr</translation>
    </message>
    <message>
        <source>the same term as on line {line}</source>
        <translation>dasselbe Fachwort wie in Zeile {line}</translation>
    </message>
    <message>
        <source>the template has no text</source>
        <translation>die Vorlage hat keinen Text</translation>
    </message>
    <message>
        <source>the template has no title</source>
        <translation>die Vorlage hat keinen Titel</translation>
    </message>
    <message>
        <source>the text begins without a blank line before it</source>
        <translation>der Text beginnt ohne eine Leerzeile davor</translation>
    </message>
    <message>
        <source>the text is longer than {longest_body} characters</source>
        <translation>der Text ist länger als {longest_body} Zeichen</translation>
    </message>
    <message>
        <source>the title is longer than {longest_name} characters</source>
        <translation>der Titel ist länger als {longest_name} Zeichen</translation>
    </message>
    <message>
        <source>the weight is not a number from 0 to 10</source>
        <translation>das Gewicht ist keine Zahl von 0 bis 10</translation>
    </message>
    <message>
        <source>this is no language code</source>
        <translation>das ist kein Sprachcode</translation>
    </message>
    <message>
        <source>two options are marked as the default</source>
        <translation>zwei Möglichkeiten sind als Vorgabe gekennzeichnet</translation>
    </message>
    <message>
        <source>two options of the choice are the same</source>
        <translation>zwei Möglichkeiten der Auswahl sind gleich</translation>
    </message>
    <message>
        <source>words invented where nobody speaks: {before} before, {after} after</source>
        <translation>erfundene Wörter, wo niemand spricht: vorher {before}, nachher {after}</translation>
    </message>
    <message>
        <source>written {written} there</source>
        <translation>dort {written} geschrieben</translation>
    </message>
    <message>
        <source>{audio} cannot be read ({strerror})</source>
        <translation>{audio} lässt sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>{audio} holds no audio that can be kept</source>
        <translation>{audio} enthält keinen Ton, der sich behalten ließe</translation>
    </message>
    <message>
        <source>{away}, and copy the newest backup, {backup}, to its place.</source>
        <translation>{away}, und kopieren Sie die neueste Sicherung, {backup}, an ihren Platz.</translation>
    </message>
    <message>
        <source>{before} before, {after} after</source>
        <translation>vorher {before}, nachher {after}</translation>
    </message>
    <message>
        <source>{count} of your utterances are gathered so far, too few to learn from</source>
        <translation>bisher sind {count} Ihrer Äußerungen gesammelt, zu wenige zum Lernen</translation>
    </message>
    <message>
        <source>{folder} can&apos;t be made ({strerror})</source>
        <translation>{folder} lässt sich nicht anlegen ({strerror})</translation>
    </message>
    <message>
        <source>{folder} holds no model (it has no config.json)</source>
        <translation>{folder} enthält kein Modell (config.json fehlt)</translation>
    </message>
    <message>
        <source>{folder} holds {standing} already</source>
        <translation>{folder} enthält schon {standing}</translation>
    </message>
    <message>
        <source>{forms} spoken forms, more than {most_spoken}</source>
        <translation>{forms} gesprochene Formen, mehr als {most_spoken}</translation>
    </message>
    <message>
        <source>{host} answers with HTTP {status}</source>
        <translation>{host} antwortet mit HTTP {status}</translation>
    </message>
    <message>
        <source>{host} cannot be reached, or the connection broke too often</source>
        <translation>{host} ist nicht erreichbar, oder die Verbindung brach zu oft ab</translation>
    </message>
    <message>
        <source>{host} does not answer as a package index does</source>
        <translation>{host} antwortet nicht wie ein Paketserver</translation>
    </message>
    <message>
        <source>{host} does not have the file (HTTP 404)</source>
        <translation>{host} hat die Datei nicht (HTTP 404)</translation>
    </message>
    <message>
        <source>{host} refuses access (HTTP {status})</source>
        <translation>{host} verweigert den Zugriff (HTTP {status})</translation>
    </message>
    <message>
        <source>{member} in the wheel is not the expected file (its SHA-256 differs)</source>
        <translation>{member} im Paket ist nicht die erwartete Datei (SHA-256 weicht ab)</translation>
    </message>
    <message>
        <source>{name} as sent by {url} is not the expected file (its {source} differs)</source>
        <translation>{name} von {url} ist nicht die erwartete Datei ({source} weicht ab)</translation>
    </message>
    <message>
        <source>{name} can&apos;t be a template&apos;s name</source>
        <translation>{name} kann kein Name einer Vorlage sein</translation>
    </message>
    <message>
        <source>{name} can&apos;t be read ({strerror})</source>
        <translation>{name} lässt sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>{name} cannot be a lexicon&apos;s name</source>
        <translation>{name} kann kein Name einer Fachwortliste sein</translation>
    </message>
    <message>
        <source>{name} cannot be an adapter&apos;s name</source>
        <translation>{name} kann kein Name eines Adapters sein</translation>
    </message>
    <message>
        <source>{name} cannot be opened</source>
        <translation>{name} lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>{name} cannot be read ({strerror})</source>
        <translation>{name} kann nicht gelesen werden ({strerror})</translation>
    </message>
    <message>
        <source>{name} has {count} lines; a lexicon has at most 500000</source>
        <translation>{name} hat {count} Zeilen; eine Fachwortliste hat höchstens 500000</translation>
    </message>
    <message>
        <source>{name} has {size} MB; a list of terms has at most {largest_file_bytes}</source>
        <translation>{name} hat {size} MB; eine Fachwortliste hat höchstens {largest_file_bytes}</translation>
    </message>
    <message>
        <source>{name} holds a header and no terms</source>
        <translation>{name} enthält eine Kopfzeile und keine Fachwörter</translation>
    </message>
    <message>
        <source>{name} holds no audio</source>
        <translation>{name} enthält keinen Ton</translation>
    </message>
    <message>
        <source>{name} holds no sound at all</source>
        <translation>{name} enthält gar keinen Ton</translation>
    </message>
    <message>
        <source>{name} holds no term that can be taken ({rows})</source>
        <translation>{name} enthält kein Fachwort, das übernommen werden kann ({rows})</translation>
    </message>
    <message>
        <source>{name} is a table whose first line names no column &apos;written&apos;</source>
        <translation>{name} ist eine Tabelle, deren erste Zeile keine Spalte &apos;written&apos; nennt</translation>
    </message>
    <message>
        <source>{name} is a text, not audio</source>
        <translation>{name} ist ein Text, keine Audiodatei</translation>
    </message>
    <message>
        <source>{name} is being written down by another program</source>
        <translation>{name} wird von einem anderen Programm niedergeschrieben</translation>
    </message>
    <message>
        <source>{name} is empty</source>
        <translation>{name} ist leer</translation>
    </message>
    <message>
        <source>{name} is gone</source>
        <translation>{name} ist weg</translation>
    </message>
    <message>
        <source>{name} is larger than a megabyte</source>
        <translation>{name} ist größer als ein Megabyte</translation>
    </message>
    <message>
        <source>{name} is no text file</source>
        <translation>{name} ist keine Textdatei</translation>
    </message>
    <message>
        <source>{name} is not audio that can be read, or it is damaged</source>
        <translation>{name} ist keine lesbare Audiodatei, oder sie ist beschädigt</translation>
    </message>
    <message>
        <source>{name} is not text ({unreadable} of its first {sample} characters cannot be read)</source>
        <translation>{name} ist kein Text ({unreadable} der ersten {sample} Zeichen sind nicht lesbar)</translation>
    </message>
    <message>
        <source>{name} is not where it was</source>
        <translation>{name} ist nicht mehr, wo sie war</translation>
    </message>
    <message>
        <source>{name} is still being written</source>
        <translation>{name} wird noch geschrieben</translation>
    </message>
    <message>
        <source>{name} is {kind}, not a list of terms</source>
        <translation>{name} ist {kind}, keine Fachwortliste</translation>
    </message>
    <message>
        <source>{name} names {value}, which is not a readable file of certificates</source>
        <translation>{name} nennt {value}; das ist keine lesbare Zertifikatdatei</translation>
    </message>
    <message>
        <source>{name} of {name2} does not have the expected SHA-256</source>
        <translation>{name} von {name2} hat nicht den erwarteten SHA-256</translation>
    </message>
    <message>
        <source>{name}A model of the hub is named owner/name.</source>
        <translation>{name}Ein Modell des Hubs heißt owner/name.</translation>
    </message>
    <message>
        <source>{name}See all with: otoscribe models list</source>
        <translation>{name}Alle zeigt: otoscribe models list</translation>
    </message>
    <message>
        <source>{notes} more spoken forms are shared by several terms.</source>
        <translation>{notes} weitere gesprochene Formen gehören zu mehreren Fachwörtern.</translation>
    </message>
    <message>
        <source>{path} can&apos;t be written ({strerror})</source>
        <translation>{path} lässt sich nicht schreiben ({strerror})</translation>
    </message>
    <message>
        <source>{path} cannot be read ({reason})</source>
        <translation>{path} lässt sich nicht lesen ({reason})</translation>
    </message>
    <message>
        <source>{path} cannot be read ({strerror})</source>
        <translation>{path} lässt sich nicht lesen ({strerror})</translation>
    </message>
    <message>
        <source>{path} cannot be written ({strerror})</source>
        <translation>{path} lässt sich nicht schreiben ({strerror})</translation>
    </message>
    <message>
        <source>{path} is a folder</source>
        <translation>{path} ist ein Ordner</translation>
    </message>
    <message>
        <source>{path} is damaged</source>
        <translation>{path} ist beschädigt</translation>
    </message>
    <message>
        <source>{path} is from a newer version of Otoscribe</source>
        <translation>{path} stammt aus einer neueren Version von Otoscribe</translation>
    </message>
    <message>
        <source>{path} is what is read</source>
        <translation>{path} ist das, was gelesen wird</translation>
    </message>
    <message>
        <source>{rates} of your words were wrong, {rates2} would be</source>
        <translation>{rates} Ihrer Wörter waren falsch, {rates2} wären es</translation>
    </message>
    <message>
        <source>{root} is damaged</source>
        <translation>{root} ist beschädigt</translation>
    </message>
    <message>
        <source>{text} can&apos;t be a key for the whole screen</source>
        <translation>{text} kann keine Taste für den ganzen Bildschirm sein</translation>
    </message>
    <message>
        <source>{text} characters are more than the {longest_written} of a term</source>
        <translation>{text} Zeichen sind mehr als die {longest_written} eines Fachworts</translation>
    </message>
    <message>
        <source>{url} is not a usable address</source>
        <translation>{url} ist keine brauchbare Adresse</translation>
    </message>
    <message>
        <source>{value}; the recording is safe on disk</source>
        <translation>{value}; die Aufnahme ist sicher gespeichert</translation>
    </message>
    <message>
        <source>{what} written right: {before}</source>
        <translation>{what} richtig geschrieben: {before}</translation>
    </message>
    <message>
        <source>{wheel} does not hold what was expected</source>
        <translation>{wheel} enthält nicht das Erwartete</translation>
    </message>
</context>
<context>
    <name>ProgressRow</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel recognition</source>
        <translation>Erkennung abbrechen</translation>
    </message>
    <message>
        <source>Recognition progress</source>
        <translation>Fortschritt der Erkennung</translation>
    </message>
</context>
<context>
    <name>RecognitionModel</name>
    <message numerus="yes">
        <source>%n voice command(s) in this recording changed the note when it was dictated. Compare what is written now with the recording.</source>
        <translation>
            <numerusform>%n Sprachbefehl in dieser Aufnahme hat den Bericht beim Diktieren geändert. Vergleichen Sie, was jetzt geschrieben ist, mit der Aufnahme.</numerusform>
            <numerusform>%n Sprachbefehle in dieser Aufnahme haben den Bericht beim Diktieren geändert. Vergleichen Sie, was jetzt geschrieben ist, mit der Aufnahme.</numerusform>
        </translation>
    </message>
    <message>
        <source>Loading the speech model; your recording is next.</source>
        <translation>Das Sprachmodell wird geladen; dann kommt Ihre Aufnahme.</translation>
    </message>
    <message>
        <source>No words were heard in this recording. Check the microphone&apos;s level; the sound is kept with the note.</source>
        <translation>In dieser Aufnahme waren keine Wörter zu hören. Prüfen Sie den Pegel des Mikrofons; der Ton bleibt beim Bericht.</translation>
    </message>
    <message>
        <source>Writing down the last {seconds} s of your dictation</source>
        <translation>Schreibt die letzten {seconds} s Ihres Diktats</translation>
    </message>
    <message>
        <source>Writing down your dictation: {share}</source>
        <translation>Schreibt Ihr Diktat: {share}</translation>
    </message>
    <message numerus="yes">
        <source>{line}, %n more waiting</source>
        <translation>
            <numerusform>{line}, %n weiteres wartet</numerusform>
            <numerusform>{line}, %n weitere warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecordingBar</name>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Into: {title}</source>
        <translation>In: {title}</translation>
    </message>
    <message>
        <source>Keeping…</source>
        <translation>Wird behalten…</translation>
    </message>
    <message>
        <source>Microphone is opening</source>
        <translation>Das Mikrofon wird geöffnet</translation>
    </message>
    <message>
        <source>Microphone level</source>
        <translation>Mikrofonpegel</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Pause playing</source>
        <translation>Wiedergabe anhalten</translation>
    </message>
    <message>
        <source>Pause recording</source>
        <translation>Aufnahme pausieren</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Wiedergeben</translation>
    </message>
    <message>
        <source>Play from the cursor</source>
        <translation>Ab Schreibmarke wiedergeben</translation>
    </message>
    <message>
        <source>Playback position</source>
        <translation>Stelle der Wiedergabe</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Recorded time</source>
        <translation>Aufgenommene Zeit</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <source>Recording is being kept</source>
        <translation>Die Aufnahme wird behalten</translation>
    </message>
    <message>
        <source>Recording state</source>
        <translation>Stand der Aufnahme</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Resume recording</source>
        <translation>Aufnahme fortsetzen</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Startet…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop recording and write it down</source>
        <translation>Aufnahme beenden und schreiben</translation>
    </message>
</context>
<context>
    <name>RecordingModel</name>
    <message>
        <source>Go on recording</source>
        <translation>Weiter aufnehmen</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal suchen</translation>
    </message>
    <message>
        <source>Look for microphones</source>
        <translation>Mikrofone suchen</translation>
    </message>
    <message>
        <source>Stop and write it down</source>
        <translation>Stoppen und schreiben</translation>
    </message>
</context>
<context>
    <name>RecoveryBar</name>
    <message numerus="yes">
        <source>%n recording(s) not in a note yet:</source>
        <translation>
            <numerusform>%n Aufnahme gehört noch zu keinem Bericht:</numerusform>
            <numerusform>%n Aufnahmen gehören noch zu keinem Bericht:</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>&amp;Löschen…</translation>
    </message>
    <message>
        <source>Add the recording of {name} to a new note</source>
        <translation>Die Aufnahme {name} in einen neuen Bericht übernehmen</translation>
    </message>
    <message>
        <source>Add the recording of {name} to {title}</source>
        <translation>Die Aufnahme {name} in „{title}“ übernehmen</translation>
    </message>
    <message>
        <source>Add to a &amp;new note</source>
        <translation>In &amp;neuen Bericht</translation>
    </message>
    <message>
        <source>Add to the &amp;same note</source>
        <translation>In denselben Beri&amp;cht</translation>
    </message>
    <message>
        <source>All of the recording is written into a note of its own</source>
        <translation>Die ganze Aufnahme wird in einen eigenen Bericht geschrieben</translation>
    </message>
    <message>
        <source>Delete the recording of {name}</source>
        <translation>Die Aufnahme {name} löschen</translation>
    </message>
    <message>
        <source>Keep for &amp;later</source>
        <translation>&amp;Später</translation>
    </message>
    <message>
        <source>Keep the recordings for later</source>
        <translation>Die Aufnahmen für später behalten</translation>
    </message>
    <message>
        <source>Recovered recordings</source>
        <translation>Wiedergefundene Aufnahmen</translation>
    </message>
    <message>
        <source>They stay where they are; Note &gt; Recovered recordings shows them again</source>
        <translation>Sie bleiben, wo sie sind; Bericht &gt; Wiedergefundene Aufnahmen zeigt sie wieder</translation>
    </message>
    <message>
        <source>What the note lacks of the recording is written where you were dictating</source>
        <translation>Was dem Bericht von der Aufnahme fehlt, wird dort geschrieben, wo Sie diktiert haben</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weitere</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryModel</name>
    <message>
        <source>Look again</source>
        <translation>Noch einmal suchen</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Cancelled: its text is taken back, its sound deleted.</source>
        <translation>Abgebrochen: Der Text ist zurückgenommen, der Ton gelöscht.</translation>
    </message>
    <message>
        <source>Exported to {path}</source>
        <translation>Exportiert nach {path}</translation>
    </message>
    <message>
        <source>Get the model</source>
        <translation>Modell holen</translation>
    </message>
    <message>
        <source>New note</source>
        <translation>Neuer Bericht</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Recognise again</source>
        <translation>Erneut erkennen</translation>
    </message>
    <message>
        <source>Recovered dictation of {when}</source>
        <translation>Wiedergefundenes Diktat vom {when}</translation>
    </message>
    <message>
        <source>The note has open fields; it is not signed.</source>
        <translation>Der Bericht hat offene Felder; er ist nicht signiert.</translation>
    </message>
    <message>
        <source>There is no text to sign yet.</source>
        <translation>Es gibt noch keinen Text zum Signieren.</translation>
    </message>
    <message>
        <source>This note is signed. Add an addendum, or start a new note.</source>
        <translation>Dieser Bericht ist signiert. Fügen Sie einen Nachtrag hinzu oder beginnen Sie einen neuen Bericht.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>SetupModel</name>
    <message>
        <source>&amp;Get the model</source>
        <translation>&amp;Modell holen</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>E&amp;rneut versuchen</translation>
    </message>
    <message>
        <source>Looking at the disk.</source>
        <translation>Der Speicherplatz wird geprüft.</translation>
    </message>
    <message>
        <source>No microphone was found. Plug one in and press Look again.</source>
        <translation>Es wurde kein Mikrofon gefunden. Schließen Sie eines an und drücken Sie Noch einmal suchen.</translation>
    </message>
    <message>
        <source>Only {free}. Free some space: a long dictation needs up to 2 GB.</source>
        <translation>Nur {free}. Schaffen Sie Platz: Ein langes Diktat braucht bis zu 2 GB.</translation>
    </message>
    <message>
        <source>Say a few words: the bar should move well into the middle.</source>
        <translation>Sprechen Sie ein paar Worte: Der Balken soll deutlich bis zur Mitte gehen.</translation>
    </message>
    <message>
        <source>The microphone hears you.</source>
        <translation>Das Mikrofon hört Sie.</translation>
    </message>
    <message>
        <source>The speech model is being loaded.</source>
        <translation>Das Sprachmodell wird geladen.</translation>
    </message>
    <message>
        <source>The speech model {name} is ready.</source>
        <translation>Das Sprachmodell {name} ist bereit.</translation>
    </message>
    <message>
        <source>{free}, enough for recordings and notes.</source>
        <translation>{free}, genug für Aufnahmen und Berichte.</translation>
    </message>
    <message>
        <source>{size} GB free</source>
        <translation>{size} GB frei</translation>
    </message>
    <message>
        <source>{what}. Press Get the model; it is downloaded once.</source>
        <translation>{what}. Drücken Sie Modell holen; es wird einmal heruntergeladen.</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Get the model</source>
        <translation>&amp;Modell holen</translation>
    </message>
    <message>
        <source>&amp;Start dictating</source>
        <translation>&amp;Diktieren</translation>
    </message>
    <message>
        <source>Before you dictate</source>
        <translation>Bevor Sie diktieren</translation>
    </message>
    <message>
        <source>Cancel the download</source>
        <translation>Download abbrechen</translation>
    </message>
    <message>
        <source>Check microphone, model and disk</source>
        <translation>Mikrofon, Modell und Speicherplatz prüfen</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Speicherplatz</translation>
    </message>
    <message>
        <source>Download of the model</source>
        <translation>Download des Modells</translation>
    </message>
    <message>
        <source>Go &amp;on to the notes</source>
        <translation>&amp;Weiter zu den Berichten</translation>
    </message>
    <message>
        <source>Level of the microphone under test</source>
        <translation>Pegel des geprüften Mikrofons</translation>
    </message>
    <message>
        <source>Look &amp;again</source>
        <translation>Noch einmal &amp;suchen</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>Otoscribe writes what you dictate, on this computer alone: no sound and no text leaves it. Three things must be in place.</source>
        <translation>Otoscribe schreibt, was Sie diktieren, nur auf diesem Computer: Kein Ton und kein Text verlässt ihn. Drei Dinge müssen vorhanden sein.</translation>
    </message>
    <message>
        <source>Skip the &amp;tour</source>
        <translation>Rundgang &amp;überspringen</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>Sprachmodell</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Amended</source>
        <translation>Mit Nachtrag</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leer</translation>
    </message>
    <message>
        <source>List of notes</source>
        <translation>Liste der Berichte</translation>
    </message>
    <message>
        <source>New note</source>
        <translation>Neuer Bericht</translation>
    </message>
    <message>
        <source>No patient</source>
        <translation>Kein Patient</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Berichte</translation>
    </message>
    <message>
        <source>Search notes</source>
        <translation>Berichte suchen</translation>
    </message>
    <message>
        <source>Search notes (Ctrl+F)</source>
        <translation>Berichte suchen (Strg+F)</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>Signiert</translation>
    </message>
    <message>
        <source>Untitled note</source>
        <translation>Bericht ohne Titel</translation>
    </message>
</context>
<context>
    <name>SignDialog</name>
    <message numerus="yes">
        <source>%n field(s) still open. F3 leads to them.</source>
        <translation>
            <numerusform>%n Feld ist noch offen. F3 führt hin.</numerusform>
            <numerusform>%n Felder sind noch offen. F3 führt hin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) still marked to be checked. F7 leads to them.</source>
        <translation>
            <numerusform>%n Wort ist noch zur Prüfung markiert. F7 führt hin.</numerusform>
            <numerusform>%n Wörter sind noch zur Prüfung markiert. F7 führt hin.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Sign</source>
        <translation>&amp;Signieren</translation>
    </message>
    <message>
        <source>&amp;Your name</source>
        <translation>&amp;Ihr Name</translation>
    </message>
    <message>
        <source>A signed note&apos;s text can&apos;t be changed any more; corrections are added to it as addenda.</source>
        <translation>Der Text eines signierten Berichts lässt sich nicht mehr ändern; Korrekturen kommen als Nachträge hinzu.</translation>
    </message>
    <message>
        <source>Sign &amp;with these fields open</source>
        <translation>&amp;Mit diesen offenen Feldern signieren</translation>
    </message>
    <message>
        <source>Sign the note</source>
        <translation>Bericht signieren</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Ihr Name</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weitere</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>as it is to stand below the note</source>
        <translation>wie er unter dem Bericht stehen soll</translation>
    </message>
</context>
<context>
    <name>Talk</name>
    <message>
        <source>Choose another key</source>
        <translation>Andere Taste wählen</translation>
    </message>
</context>
<context>
    <name>TeachDialog</name>
    <message>
        <source>&amp;Keep</source>
        <translation>Be&amp;halten</translation>
    </message>
    <message>
        <source>&amp;Look again</source>
        <translation>Erneut &amp;suchen</translation>
    </message>
    <message>
        <source>Back three seconds</source>
        <translation>Drei Sekunden zurück</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Dictate (hold, or press twice)</source>
        <translation>Diktieren (halten oder zweimal drücken)</translation>
    </message>
    <message>
        <source>Known</source>
        <translation>Bekannt</translation>
    </message>
    <message>
        <source>Look for devices again</source>
        <translation>Erneut nach Geräten suchen</translation>
    </message>
    <message>
        <source>Looking for devices…</source>
        <translation>Geräte werden gesucht…</translation>
    </message>
    <message>
        <source>No device was found. Plug it in, then press Look again.</source>
        <translation>Kein Gerät gefunden. Stecken Sie es ein und drücken Sie Erneut suchen.</translation>
    </message>
    <message>
        <source>No pedal or microphone with buttons</source>
        <translation>Kein Pedal oder Mikrofon mit Tasten</translation>
    </message>
    <message>
        <source>Play and pause</source>
        <translation>Abspielen und anhalten</translation>
    </message>
    <message>
        <source>Press Teach, then press the device&apos;s button and let it go.</source>
        <translation>Drücken Sie Anlernen, dann die Taste des Geräts, und lassen Sie sie los.</translation>
    </message>
    <message>
        <source>Press the button now and let it go…</source>
        <translation>Drücken Sie jetzt die Taste und lassen Sie sie los…</translation>
    </message>
    <message>
        <source>Stop and write down</source>
        <translation>Stopp und niederschreiben</translation>
    </message>
    <message>
        <source>Teach</source>
        <translation>Anlernen</translation>
    </message>
    <message>
        <source>Teach a pedal or a microphone</source>
        <translation>Ein Pedal oder Mikrofon anlernen</translation>
    </message>
    <message>
        <source>Teach: {what}</source>
        <translation>Anlernen: {what}</translation>
    </message>
    <message>
        <source>That was not understood: press it once more.</source>
        <translation>Das wurde nicht verstanden: Drücken Sie noch einmal.</translation>
    </message>
    <message>
        <source>Transfer the text</source>
        <translation>Text übertragen</translation>
    </message>
</context>
<context>
    <name>TemplateChooser</name>
    <message>
        <source>&amp;Insert</source>
        <translation>&amp;Einfügen</translation>
    </message>
    <message>
        <source>Insert a template</source>
        <translation>Vorlage einfügen</translation>
    </message>
    <message>
        <source>Line {number}</source>
        <translation>Zeile {number}</translation>
    </message>
    <message>
        <source>No template holds these words.</source>
        <translation>Keine Vorlage enthält diese Wörter.</translation>
    </message>
    <message>
        <source>Search templates and short forms</source>
        <translation>Vorlagen und Kürzel suchen</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>What will be put into the note</source>
        <translation>Was in den Bericht eingefügt wird</translation>
    </message>
    <message>
        <source>from your IT</source>
        <translation>von Ihrer IT</translation>
    </message>
    <message>
        <source>shipped</source>
        <translation>mitgeliefert</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>Ihre eigene</translation>
    </message>
</context>
<context>
    <name>TemplateEditor</name>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>&amp;Specialty</source>
        <translation>&amp;Fachgebiet</translation>
    </message>
    <message>
        <source>S&amp;aid</source>
        <translation>Gespr&amp;ochen</translation>
    </message>
    <message>
        <source>Short f&amp;orm</source>
        <translation>&amp;Kürzel</translation>
    </message>
    <message>
        <source>T&amp;itle</source>
        <translation>T&amp;itel</translation>
    </message>
    <message>
        <source>Text, with fields in brackets</source>
        <translation>Text mit Feldern in Klammern</translation>
    </message>
    <message>
        <source>What a note gets</source>
        <translation>Was in den Bericht kommt</translation>
    </message>
    <message>
        <source>What is wrong with the template</source>
        <translation>Was an der Vorlage nicht stimmt</translation>
    </message>
    <message>
        <source>Write the text here. Fields: [history], [dose = 5 mg], [side: left | right], [date], [patient name].</source>
        <translation>Hier den Text schreiben. Felder: [Anamnese], [Dosis = 5 mg], [Seite: links | rechts], [Datum], [Patientenname].</translation>
    </message>
    <message>
        <source>other names, a bar | between</source>
        <translation>weitere Namen, mit | getrennt</translation>
    </message>
    <message>
        <source>such as cardiology</source>
        <translation>etwa Kardiologie</translation>
    </message>
    <message>
        <source>such as cbc: .cbc and a space write it</source>
        <translation>etwa bb: .bb und ein Leerzeichen schreiben ihn</translation>
    </message>
    <message>
        <source>such as en</source>
        <translation>etwa de</translation>
    </message>
</context>
<context>
    <name>TemplateImportDialog</name>
    <message>
        <source>&amp;Import</source>
        <translation>&amp;Importieren</translation>
    </message>
    <message>
        <source>Can&apos;t be taken</source>
        <translation>Nicht übernehmbar</translation>
    </message>
    <message>
        <source>Choose what to do…</source>
        <translation>Auswählen, was geschieht…</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Import templates</source>
        <translation>Vorlagen importieren</translation>
    </message>
    <message>
        <source>Keep both; the new ones get a number</source>
        <translation>Beide behalten; die neuen bekommen eine Nummer</translation>
    </message>
    <message>
        <source>Leave the new ones out</source>
        <translation>Die neuen weglassen</translation>
    </message>
    <message>
        <source>Put the new ones in place of mine</source>
        <translation>Meine durch die neuen ersetzen</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>The name is taken</source>
        <translation>Der Name ist vergeben</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>What to do with those of the same name</source>
        <translation>Was mit gleichnamigen geschieht</translation>
    </message>
    <message>
        <source>What to know</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Will be yours</source>
        <translation>Wird übernommen</translation>
    </message>
    <message numerus="yes">
        <source>You have %n template(s) of the same name already.</source>
        <translation>
            <numerusform>Sie haben schon %n Vorlage gleichen Namens.</numerusform>
            <numerusform>Sie haben schon %n Vorlagen gleichen Namens.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplatesFeature</name>
    <message>
        <source>&amp;Insert template…</source>
        <translation>Vorlage e&amp;infügen…</translation>
    </message>
    <message>
        <source>&amp;Previous field</source>
        <translation>V&amp;origes Feld</translation>
    </message>
    <message>
        <source>&amp;Templates</source>
        <translation>&amp;Vorlagen</translation>
    </message>
    <message>
        <source>Accept &amp;defaults</source>
        <translation>Vorgaben ü&amp;bernehmen</translation>
    </message>
    <message>
        <source>Ch&amp;oose for the field…</source>
        <translation>Für das Feld aus&amp;wählen…</translation>
    </message>
    <message>
        <source>Fill all fields that have a default with it; a side never has one</source>
        <translation>Alle Felder mit einer Vorgabe damit füllen; eine Seite hat nie eine</translation>
    </message>
    <message>
        <source>N&amp;ext field</source>
        <translation>&amp;Nächstes Feld</translation>
    </message>
    <message>
        <source>Offer the options of a field that is a choice (Return in the field)</source>
        <translation>Die Möglichkeiten eines Auswahlfelds anbieten (Eingabetaste im Feld)</translation>
    </message>
    <message>
        <source>Put a template or a short form into the note</source>
        <translation>Eine Vorlage oder ein Kürzel in den Bericht einfügen</translation>
    </message>
    <message>
        <source>Select the field before</source>
        <translation>Das vorige Feld auswählen</translation>
    </message>
    <message>
        <source>Select the next field that is to be filled</source>
        <translation>Das nächste auszufüllende Feld auswählen</translation>
    </message>
    <message>
        <source>Templates and short forms: see, write, import and export them</source>
        <translation>Vorlagen und Kürzel: ansehen, schreiben, importieren und exportieren</translation>
    </message>
</context>
<context>
    <name>TemplatesModel</name>
    <message>
        <source>Deleted the template {title}.</source>
        <translation>Die Vorlage {title} wurde gelöscht.</translation>
    </message>
    <message numerus="yes">
        <source>Exported %n template(s) to {path}.</source>
        <translation>
            <numerusform>%n Vorlage nach {path} exportiert.</numerusform>
            <numerusform>%n Vorlagen nach {path} exportiert.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>TemplatesPage</name>
    <message numerus="yes">
        <source>%n template(s)</source>
        <translation>
            <numerusform>%n Vorlage</numerusform>
            <numerusform>%n Vorlagen</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Give it up</source>
        <translation>&amp;Verwerfen</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>Behal&amp;ten</translation>
    </message>
    <message>
        <source>&amp;Make it mine</source>
        <translation>Als ei&amp;gene</translation>
    </message>
    <message>
        <source>&amp;Stay</source>
        <translation>&amp;Bleiben</translation>
    </message>
    <message>
        <source>&amp;This one as a text file…</source>
        <translation>&amp;Diese als Textdatei…</translation>
    </message>
    <message>
        <source>A &amp;text file…</source>
        <translation>Eine &amp;Textdatei…</translation>
    </message>
    <message>
        <source>All in the list to a &amp;folder…</source>
        <translation>Alle in der Liste in einen &amp;Ordner…</translation>
    </message>
    <message>
        <source>All text files of a &amp;folder…</source>
        <translation>Alle Textdateien eines &amp;Ordners…</translation>
    </message>
    <message>
        <source>Dele&amp;te</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>E&amp;xport ▾</source>
        <translation>E&amp;xportieren ▾</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export templates</source>
        <translation>Vorlagen exportieren</translation>
    </message>
    <message>
        <source>Export the template</source>
        <translation>Vorlage exportieren</translation>
    </message>
    <message>
        <source>Going on gives it up. Stay, and press Keep, to have it.</source>
        <translation>Wer weitergeht, verwirft es. Bleiben Sie und drücken Sie Behalten, um es zu behalten.</translation>
    </message>
    <message>
        <source>Im&amp;port ▾</source>
        <translation>Im&amp;portieren ▾</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Import a template</source>
        <translation>Eine Vorlage importieren</translation>
    </message>
    <message>
        <source>Import templates</source>
        <translation>Vorlagen importieren</translation>
    </message>
    <message>
        <source>Ne&amp;w</source>
        <translation>&amp;Neu</translation>
    </message>
    <message>
        <source>Search templates</source>
        <translation>Vorlagen suchen</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Text files ({pattern});;All files (*)</source>
        <translation>Textdateien ({pattern});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>The template is not kept</source>
        <translation>Die Vorlage ist nicht behalten</translation>
    </message>
    <message>
        <source>What you typed in this template is not kept yet.</source>
        <translation>Was Sie in diese Vorlage geschrieben haben, ist noch nicht behalten.</translation>
    </message>
    <message>
        <source>Write a template of your own that begins as this one</source>
        <translation>Eine eigene Vorlage schreiben, die wie diese beginnt</translation>
    </message>
    <message>
        <source>Write a template or a short form of your own</source>
        <translation>Eine eigene Vorlage oder ein eigenes Kürzel schreiben</translation>
    </message>
    <message>
        <source>can&apos;t be used, {whose}</source>
        <translation>nicht verwendbar, {whose}</translation>
    </message>
    <message>
        <source>“{called}” also stands for {title}; yours comes first.</source>
        <translation>„{called}“ heißt auch {title}; Ihre Vorlage hat Vorrang.</translation>
    </message>
</context>
<context>
    <name>TermDialog</name>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>&amp;Lexicon</source>
        <translation>&amp;Fachwortliste</translation>
    </message>
    <message>
        <source>&amp;Said</source>
        <translation>Ge&amp;sprochen</translation>
    </message>
    <message>
        <source>&amp;Written</source>
        <translation>&amp;Geschrieben</translation>
    </message>
    <message>
        <source>K&amp;ind</source>
        <translation>A&amp;rt</translation>
    </message>
    <message>
        <source>such as drug, diagnosis, procedure</source>
        <translation>etwa Medikament, Diagnose, Eingriff</translation>
    </message>
    <message>
        <source>where it is not said as written; a bar | between several</source>
        <translation>falls anders gesprochen; mehrere mit | trennen</translation>
    </message>
</context>
<context>
    <name>TermTrialDialog</name>
    <message>
        <source>&amp;Record</source>
        <translation>&amp;Aufnehmen</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Stopp</translation>
    </message>
    <message>
        <source>&amp;Writing…</source>
        <translation>Schreibt…</translation>
    </message>
    <message>
        <source>Level of the microphone</source>
        <translation>Pegel des Mikrofons</translation>
    </message>
    <message>
        <source>Record, say a sentence with the term as you would dictate it, and stop.</source>
        <translation>Aufnehmen, einen Satz mit dem Fachwort wie im Diktat sprechen, stoppen.</translation>
    </message>
    <message>
        <source>Try by voice</source>
        <translation>Mit der Stimme testen</translation>
    </message>
    <message>
        <source>What went wrong</source>
        <translation>Was schiefging</translation>
    </message>
    <message>
        <source>With your lexicons</source>
        <translation>Mit Ihren Fachwortlisten</translation>
    </message>
    <message>
        <source>Without lexicons</source>
        <translation>Ohne Fachwortlisten</translation>
    </message>
</context>
<context>
    <name>TourFeature</name>
    <message>
        <source>&amp;Tour</source>
        <translation>&amp;Rundgang</translation>
    </message>
    <message>
        <source>A note is a draft until you sign it. All of it stays on this computer.</source>
        <translation>Ein Bericht ist ein Entwurf, bis Sie ihn signieren. Alles bleibt auf diesem Computer.</translation>
    </message>
    <message>
        <source>Add the word to your terms: the next dictation knows it.</source>
        <translation>Das Wort in Ihre Fachwörter aufnehmen: Das nächste Diktat kennt es.</translation>
    </message>
    <message>
        <source>Check and correct</source>
        <translation>Prüfen und korrigieren</translation>
    </message>
    <message>
        <source>Dictate</source>
        <translation>Diktieren</translation>
    </message>
    <message>
        <source>Export for Word, or as PDF or text.</source>
        <translation>Für Word exportieren, oder als PDF oder Text.</translation>
    </message>
    <message>
        <source>Go to the next word that may be wrong.</source>
        <translation>Zum nächsten Wort, das falsch sein kann.</translation>
    </message>
    <message>
        <source>Hear what was said there, from the word at the cursor.</source>
        <translation>Hören, was dort gesagt wurde, ab dem Wort an der Schreibmarke.</translation>
    </message>
    <message>
        <source>Microphone, dictation, correction and signing in four screens</source>
        <translation>Mikrofon, Diktat, Korrektur und Signatur in vier Bildern</translation>
    </message>
    <message>
        <source>Put the text into the program that you came from.</source>
        <translation>Den Text in das Programm übertragen, aus dem Sie kommen.</translation>
    </message>
    <message>
        <source>Record, pause and go on.</source>
        <translation>Aufnehmen, pausieren, weiter aufnehmen.</translation>
    </message>
    <message>
        <source>See what you can say: punctuation, new lines, headings and commands.</source>
        <translation>Sehen, was Sie sagen können: Satzzeichen, neue Zeilen, Überschriften und Befehle.</translation>
    </message>
    <message>
        <source>Sign and export</source>
        <translation>Signieren und exportieren</translation>
    </message>
    <message>
        <source>Sign. Afterwards the text stays; what is to be added becomes an addendum.</source>
        <translation>Signieren. Danach bleibt der Text; Ergänzungen werden Nachträge.</translation>
    </message>
    <message>
        <source>Speak as you do to a person: the text appears while you speak.</source>
        <translation>Sprechen Sie wie zu einem Menschen: Der Text erscheint, während Sie sprechen.</translation>
    </message>
    <message>
        <source>Stop. The recording stays with its note.</source>
        <translation>Stoppen. Die Aufnahme bleibt bei ihrem Bericht.</translation>
    </message>
    <message>
        <source>Words that Otoscribe is not sure of are marked. Only you know what you meant.</source>
        <translation>Wörter, bei denen Otoscribe nicht sicher ist, sind markiert. Nur Sie wissen, was gemeint war.</translation>
    </message>
</context>
<context>
    <name>TourPage</name>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>&amp;Start dictating</source>
        <translation>Dikt&amp;ieren</translation>
    </message>
    <message>
        <source>Ne&amp;xt</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Pictogram</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Skip the &amp;tour</source>
        <translation>Rundgang &amp;überspringen</translation>
    </message>
    <message>
        <source>Start dictating</source>
        <translation>Diktieren</translation>
    </message>
    <message>
        <source>Tour</source>
        <translation>Rundgang</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>{number} von {count}</translation>
    </message>
</context>
<context>
    <name>Transfer</name>
    <message>
        <source>Clear it now</source>
        <translation>Jetzt leeren</translation>
    </message>
    <message>
        <source>Paste by hand</source>
        <translation>Von Hand einfügen</translation>
    </message>
    <message>
        <source>The text is in the clipboard for a minute: click into the other program and paste it there.</source>
        <translation>Der Text liegt für eine Minute in der Zwischenablage: Klicken Sie in das andere Programm und fügen Sie ihn dort ein.</translation>
    </message>
    <message>
        <source>Type it instead</source>
        <translation>Stattdessen tippen</translation>
    </message>
</context>
<context>
    <name>TransferFeature</name>
    <message numerus="yes">
        <source>%n field(s) in it are still open.</source>
        <translation>
            <numerusform>%n Feld darin ist noch offen.</numerusform>
            <numerusform>%n Felder darin sind noch offen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) in it are still marked to be checked.</source>
        <translation>
            <numerusform>%n Wort darin ist noch zum Prüfen markiert.</numerusform>
            <numerusform>%n Wörter darin sind noch zum Prüfen markiert.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Transfer</source>
        <translation>Über&amp;tragen</translation>
    </message>
    <message>
        <source>Put the text into the program that you came from</source>
        <translation>Den Text in das Programm übertragen, aus dem Sie kommen</translation>
    </message>
    <message>
        <source>The text is ready to be pasted.</source>
        <translation>Der Text kann eingefügt werden.</translation>
    </message>
    <message>
        <source>There is no text to transfer yet.</source>
        <translation>Es gibt noch keinen Text zum Übertragen.</translation>
    </message>
    <message>
        <source>Transferred to {window}.</source>
        <translation>Übertragen in {window}.</translation>
    </message>
    <message>
        <source>Transfers to: {window}</source>
        <translation>Wird übertragen in: {window}</translation>
    </message>
    <message>
        <source>Where the text is transferred to</source>
        <translation>Wohin der Text übertragen wird</translation>
    </message>
</context>
<context>
    <name>TroublePage</name>
    <message>
        <source>&amp;Close Otoscribe</source>
        <translation>Otoscribe b&amp;eenden</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>Erneut &amp;versuchen</translation>
    </message>
    <message>
        <source>.</source>
        <translation>.</translation>
    </message>
    <message>
        <source>Nothing was changed or deleted.</source>
        <translation>Es wurde nichts geändert oder gelöscht.</translation>
    </message>
    <message>
        <source>Open the &amp;folder</source>
        <translation>Ordner ö&amp;ffnen</translation>
    </message>
    <message>
        <source>The notes cannot be opened</source>
        <translation>Die Berichte lassen sich nicht öffnen</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschehen ist</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Your notes can&apos;t be opened</source>
        <translation>Ihre Berichte lassen sich nicht öffnen</translation>
    </message>
</context>
<context>
    <name>VoiceCommands</name>
    <message>
        <source>Bold: on or off</source>
        <translation>Fett: an oder aus</translation>
    </message>
    <message>
        <source>Capitals changed</source>
        <translation>Großschreibung geändert</translation>
    </message>
    <message>
        <source>Deleted: selected words</source>
        <translation>Gelöscht: ausgewählte Wörter</translation>
    </message>
    <message>
        <source>Dictation goes on at the end of the note.</source>
        <translation>Das Diktat geht am Ende des Berichts weiter.</translation>
    </message>
    <message>
        <source>Dictation goes on under: {title}</source>
        <translation>Das Diktat geht weiter unter: {title}</translation>
    </message>
    <message>
        <source>Dictation stopped</source>
        <translation>Diktat beendet</translation>
    </message>
    <message>
        <source>Field: {name}</source>
        <translation>Feld: {name}</translation>
    </message>
    <message numerus="yes">
        <source>Filled: %n field(s)</source>
        <translation>
            <numerusform>Ausgefüllt: %n Feld</numerusform>
            <numerusform>Ausgefüllt: %n Felder</numerusform>
        </translation>
    </message>
    <message>
        <source>Inserted: {name}</source>
        <translation>Eingefügt: {name}</translation>
    </message>
    <message>
        <source>No heading called “{name}” in this note.</source>
        <translation>Keine Überschrift „{name}“ in diesem Bericht.</translation>
    </message>
    <message>
        <source>No open field has a default.</source>
        <translation>Kein offenes Feld hat eine Vorgabe.</translation>
    </message>
    <message>
        <source>No template called “{name}”.</source>
        <translation>Keine Vorlage „{name}“.</translation>
    </message>
    <message>
        <source>Redone: last change</source>
        <translation>Wiederhergestellt: letzte Änderung</translation>
    </message>
    <message>
        <source>Scratched: last utterance</source>
        <translation>Gestrichen: letzte Äußerung</translation>
    </message>
    <message>
        <source>Select words first: there is no last utterance.</source>
        <translation>Wählen Sie zuerst Wörter aus: Es gibt keine letzte Äußerung.</translation>
    </message>
    <message>
        <source>Selected: say it again, or spell it.</source>
        <translation>Ausgewählt: Sagen Sie es noch einmal, oder buchstabieren Sie es.</translation>
    </message>
    <message>
        <source>Selected: what you say next takes its place.</source>
        <translation>Ausgewählt: Was Sie als Nächstes sagen, tritt an diese Stelle.</translation>
    </message>
    <message>
        <source>Spelling is over.</source>
        <translation>Das Buchstabieren ist beendet.</translation>
    </message>
    <message>
        <source>Spelling: say the letters. Anything else ends it.</source>
        <translation>Buchstabieren: Sagen Sie die Buchstaben. Alles andere beendet es.</translation>
    </message>
    <message>
        <source>The last utterance has been changed since and was not scratched. Select what is to go.</source>
        <translation>Die letzte Äußerung wurde seitdem geändert und nicht gestrichen. Wählen Sie aus, was weg soll.</translation>
    </message>
    <message>
        <source>There is no last utterance to select.</source>
        <translation>Es gibt keine letzte Äußerung, die ausgewählt werden kann.</translation>
    </message>
    <message>
        <source>There is no open field in this note.</source>
        <translation>In diesem Bericht ist kein Feld offen.</translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation>Es gibt nichts wiederherzustellen.</translation>
    </message>
    <message>
        <source>There is nothing to scratch in this note.</source>
        <translation>In diesem Bericht gibt es nichts zu streichen.</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>Es gibt nichts rückgängig zu machen.</translation>
    </message>
    <message>
        <source>This can&apos;t be bold: it is a heading, or partly bold already.</source>
        <translation>Das kann nicht fett werden: Es ist eine Überschrift oder schon zum Teil fett.</translation>
    </message>
    <message>
        <source>Undone: last change</source>
        <translation>Rückgängig gemacht: letzte Änderung</translation>
    </message>
    <message>
        <source>Written as text: the note does not hold these words before here.</source>
        <translation>Als Text geschrieben: Diese Wörter stehen im Bericht nicht vor dieser Stelle.</translation>
    </message>
</context>
<context>
    <name>VoiceCommandsFeature</name>
    <message>
        <source>The voice commands, and phrases of your own</source>
        <translation>Die Sprachbefehle und eigene Wendungen</translation>
    </message>
    <message>
        <source>What can &amp;I say?</source>
        <translation>Was &amp;kann ich sagen?</translation>
    </message>
    <message>
        <source>What was done last</source>
        <translation>Was zuletzt geschah</translation>
    </message>
</context>
<context>
    <name>WaveformFeature</name>
    <message>
        <source>Recording under the &amp;note</source>
        <translation>Aufnahme &amp;unter dem Bericht</translation>
    </message>
    <message>
        <source>Show the recording with its words under the note</source>
        <translation>Die Aufnahme mit ihren Wörtern unter dem Bericht zeigen</translation>
    </message>
</context>
<context>
    <name>WaveformStrip</name>
    <message>
        <source>Click to hear from there; Left and Right go from word to word</source>
        <translation>Klicken, um von dort an zu hören; Links und Rechts gehen von Wort zu Wort</translation>
    </message>
    <message>
        <source>Place in the recording</source>
        <translation>Stelle in der Aufnahme</translation>
    </message>
    <message>
        <source>Reading the sound…</source>
        <translation>Der Ton wird gelesen…</translation>
    </message>
    <message>
        <source>Recording with its words</source>
        <translation>Aufnahme mit ihren Wörtern</translation>
    </message>
</context>
<context>
    <name>WordMenu</name>
    <message>
        <source>&amp;0  Looks right</source>
        <translation>&amp;0  Stimmt</translation>
    </message>
    <message>
        <source>&amp;Hear it</source>
        <translation>An&amp;hören</translation>
    </message>
    <message>
        <source>Changed by hand; undo brings back what was heard</source>
        <translation>Von Hand geändert; Rückgängig bringt zurück, was gehört wurde</translation>
    </message>
    <message>
        <source>Listening again…</source>
        <translation>Wird noch einmal angehört…</translation>
    </message>
    <message>
        <source>No other wording was heard</source>
        <translation>Kein anderer Wortlaut wurde gehört</translation>
    </message>
    <message>
        <source>Other wordings for {word}</source>
        <translation>Andere Wortlaute für {word}</translation>
    </message>
    <message>
        <source>The model&apos;s own wordings come when it has finished writing</source>
        <translation>Wortlaute des Modells kommen, wenn es mit dem Schreiben fertig ist</translation>
    </message>
    <message>
        <source>dose</source>
        <translation>Dosis</translation>
    </message>
    <message>
        <source>for “{words}”</source>
        <translation>für „{words}“</translation>
    </message>
    <message>
        <source>look-alike drug</source>
        <translation>ähnlich klingendes Medikament</translation>
    </message>
    <message>
        <source>negation</source>
        <translation>Verneinung</translation>
    </message>
    <message>
        <source>number</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>opposite meaning</source>
        <translation>gegenteilige Bedeutung</translation>
    </message>
    <message>
        <source>side</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>term</source>
        <translation>Fachwort</translation>
    </message>
</context>
</TS>
