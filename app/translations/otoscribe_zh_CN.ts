<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;About Otoscribe</source>
        <translation>关于 Otoscribe(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Add addendum…</source>
        <translation>添加补记(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Cancel recognition</source>
        <translation>取消识别(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>退出(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Dictation</source>
        <translation>口述(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>导出(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Find notes</source>
        <translation>查找病历(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Larger text</source>
        <translation>放大文字(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;New note</source>
        <translation>新建病历(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Note</source>
        <translation>病历(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;PDF…</source>
        <translation>PDF(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Play from the cursor</source>
        <translation>从光标处播放(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Record, pause or resume</source>
        <translation>录音、暂停或继续(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Recovered recordings</source>
        <translation>找回的录音(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Sign note…</source>
        <translation>签署病历(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Stop and write down</source>
        <translation>停止并转写(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Usual text size</source>
        <translation>默认文字大小(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Word document…</source>
        <translation>Word 文档(&amp;W)…</translation>
    </message>
    <message>
        <source>Add to a signed note</source>
        <translation>为已签署的病历添加补记</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>Check microphone, model and &amp;disk</source>
        <translation>检查麦克风、模型和磁盘(&amp;D)</translation>
    </message>
    <message>
        <source>Close Otoscribe</source>
        <translation>退出 Otoscribe</translation>
    </message>
    <message>
        <source>Colours: {theme}</source>
        <translation>配色：{theme}</translation>
    </message>
    <message>
        <source>Export as</source>
        <translation>导出为</translation>
    </message>
    <message>
        <source>Go to the &amp;text</source>
        <translation>转到正文(&amp;T)</translation>
    </message>
    <message>
        <source>Go to the next word that is marked</source>
        <translation>转到下一个标记的词</translation>
    </message>
    <message>
        <source>How dictated text is written</source>
        <translation>口述文字的书写方式</translation>
    </message>
    <message>
        <source>L&amp;ight</source>
        <translation>浅色(&amp;I)</translation>
    </message>
    <message>
        <source>Look for &amp;microphones</source>
        <translation>查找麦克风(&amp;M)</translation>
    </message>
    <message>
        <source>Next word to &amp;check</source>
        <translation>下一个待核对的词(&amp;C)</translation>
    </message>
    <message>
        <source>Offer other wordings for the word at the cursor, or an abbreviation in full</source>
        <translation>为光标处的词提供其他写法，或写出缩写的全称</translation>
    </message>
    <message>
        <source>Other &amp;wordings…</source>
        <translation>其他写法(&amp;W)…</translation>
    </message>
    <message>
        <source>Plain &amp;text…</source>
        <translation>纯文本(&amp;T)…</translation>
    </message>
    <message>
        <source>Play the recording from the word at the cursor</source>
        <translation>从光标处的词开始播放录音</translation>
    </message>
    <message>
        <source>Put the cursor into the note&apos;s text</source>
        <translation>把光标放到病历正文中</translation>
    </message>
    <message>
        <source>Read the list of microphones anew</source>
        <translation>重新读取麦克风列表</translation>
    </message>
    <message>
        <source>Recognise a&amp;gain</source>
        <translation>重新识别(&amp;G)</translation>
    </message>
    <message>
        <source>Record; press again to pause and resume</source>
        <translation>录音；再按一次可暂停或继续</translation>
    </message>
    <message>
        <source>S&amp;maller text</source>
        <translation>缩小文字(&amp;M)</translation>
    </message>
    <message>
        <source>Search the notes</source>
        <translation>搜索病历</translation>
    </message>
    <message>
        <source>Show recordings that a crash left behind</source>
        <translation>显示程序异常退出后留下的录音</translation>
    </message>
    <message>
        <source>Sign the note; its text can&apos;t change afterwards</source>
        <translation>签署病历；签署后正文不能再改</translation>
    </message>
    <message>
        <source>Stop recording and write it down</source>
        <translation>停止录音并转写</translation>
    </message>
    <message>
        <source>Stop writing down; the recording is kept</source>
        <translation>停止转写；录音会保留</translation>
    </message>
    <message>
        <source>Take back what was written in place of the words at the cursor</source>
        <translation>把光标处的词还原成听到的内容</translation>
    </message>
    <message>
        <source>Write as &amp;heard</source>
        <translation>按听到的写(&amp;H)</translation>
    </message>
    <message>
        <source>Write the note&apos;s recordings down again</source>
        <translation>重新转写这份病历的录音</translation>
    </message>
    <message>
        <source>Written &amp;form…</source>
        <translation>书写格式(&amp;F)…</translation>
    </message>
</context>
<context>
    <name>AddendumDialog</name>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Your name</source>
        <translation>您的姓名(&amp;Y)</translation>
    </message>
    <message>
        <source>A&amp;ddendum</source>
        <translation>补记(&amp;D)</translation>
    </message>
    <message>
        <source>Add an addendum</source>
        <translation>添加补记</translation>
    </message>
    <message>
        <source>Addendum</source>
        <translation>补记</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>您的姓名</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>Otoscribe cannot start</source>
        <translation>Otoscribe 无法启动</translation>
    </message>
</context>
<context>
    <name>Batch</name>
    <message numerus="yes">
        <source>%n file(s) could not be written down. Choose one to see what to do.</source>
        <translation>
            <numerusform>%n 个文件无法转写。选中一个即可查看处理办法。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) to go</source>
        <translation>
            <numerusform>还剩 %n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Another window of Otoscribe works through this queue.</source>
        <translation>另一个 Otoscribe 窗口正在处理此队列。</translation>
    </message>
    <message>
        <source>No files are waiting.</source>
        <translation>没有等待转写的文件。</translation>
    </message>
    <message>
        <source>No speech was heard; the sound is in its note</source>
        <translation>未听到语音；录音在其病历中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message numerus="yes">
        <source>Paused, %n file(s) waiting</source>
        <translation>
            <numerusform>已暂停，%n 个文件等待中</numerusform>
        </translation>
    </message>
    <message>
        <source>Still being written; taken when it stands still</source>
        <translation>仍在写入；停止变化后即处理</translation>
    </message>
    <message numerus="yes">
        <source>The speech model is missing (F2 gets it), %n file(s) waiting</source>
        <translation>
            <numerusform>缺少语音模型（按 F2 获取），%n 个文件等待中</numerusform>
        </translation>
    </message>
    <message>
        <source>These files are on the list already.</source>
        <translation>这些文件已在列表中。</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Writing down: {share}</source>
        <translation>正在转写：{share}</translation>
    </message>
    <message>
        <source>Written down</source>
        <translation>已转写</translation>
    </message>
    <message numerus="yes">
        <source>Your dictation goes first, %n file(s) waiting</source>
        <translation>
            <numerusform>您的口述优先，%n 个文件等待中</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BatchFeature</name>
    <message>
        <source>Audio &amp;files</source>
        <translation>音频文件(&amp;F)</translation>
    </message>
    <message>
        <source>Audio files to be written down, one after the other</source>
        <translation>逐个转写的音频文件</translation>
    </message>
</context>
<context>
    <name>BatchPage</name>
    <message>
        <source>&amp;Add files…</source>
        <translation>添加文件(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;First</source>
        <translation>最先(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>继续(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Go on with it</source>
        <translation>继续此文件(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>推后(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Open the note</source>
        <translation>打开病历(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>重试(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Watch a folder…</source>
        <translation>监视文件夹(&amp;W)…</translation>
    </message>
    <message>
        <source>Audio files</source>
        <translation>音频文件</translation>
    </message>
    <message>
        <source>Audio files, in the order in which they are written down</source>
        <translation>音频文件，按转写顺序排列</translation>
    </message>
    <message>
        <source>Choose audio files</source>
        <translation>选择音频文件</translation>
    </message>
    <message>
        <source>Choose the folder whose audio files are written down</source>
        <translation>选择要转写其中音频文件的文件夹</translation>
    </message>
    <message>
        <source>Drop audio files onto this window, choose them, or have a folder watched.
Each becomes a note with its recording; the files themselves stay where they are.</source>
        <translation>将音频文件拖到此窗口、选择文件，或监视一个文件夹。
每个文件会成为一条带录音的病历；文件本身留在原处。</translation>
    </message>
    <message>
        <source>Ea&amp;rlier</source>
        <translation>提前(&amp;R)</translation>
    </message>
    <message>
        <source>Earlier (Ctrl+Up)</source>
        <translation>提前 (Ctrl+Up)</translation>
    </message>
    <message>
        <source>Go on with the queue</source>
        <translation>继续队列</translation>
    </message>
    <message>
        <source>How to begin</source>
        <translation>如何开始</translation>
    </message>
    <message>
        <source>Later (Ctrl+Down)</source>
        <translation>推后 (Ctrl+Down)</translation>
    </message>
    <message>
        <source>Pause the &amp;queue</source>
        <translation>暂停队列(&amp;Q)</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>暂停队列</translation>
    </message>
    <message>
        <source>State of the queue</source>
        <translation>队列状态</translation>
    </message>
    <message>
        <source>Stop &amp;watching</source>
        <translation>停止监视(&amp;W)</translation>
    </message>
    <message>
        <source>Take off the l&amp;ist</source>
        <translation>从列表移除(&amp;I)</translation>
    </message>
    <message>
        <source>The file and its note stay (Delete)</source>
        <translation>文件及其病历保留 (Delete)</translation>
    </message>
    <message>
        <source>Watched folder</source>
        <translation>监视的文件夹</translation>
    </message>
    <message>
        <source>Watched: {folder}</source>
        <translation>监视中：{folder}</translation>
    </message>
    <message>
        <source>What is wrong with the chosen file</source>
        <translation>所选文件的问题</translation>
    </message>
    <message>
        <source>Write this file down next (Ctrl+Home)</source>
        <translation>下一个转写此文件 (Ctrl+Home)</translation>
    </message>
</context>
<context>
    <name>BatchTable</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>State of the check: {title}</source>
        <translation>检查状态：{title}</translation>
    </message>
    <message>
        <source>{title}: result</source>
        <translation>{title}：结果</translation>
    </message>
</context>
<context>
    <name>CommandList</name>
    <message>
        <source>A capital for each selected word, or for the first of the last utterance.</source>
        <translation>选中的每个词首字母大写，否则上一句的首词大写。</translation>
    </message>
    <message>
        <source>Begins a line; it may be said within a sentence.</source>
        <translation>另起一行；可在句子中说。</translation>
    </message>
    <message>
        <source>Begins a paragraph; it may be said within a sentence.</source>
        <translation>另起一段；可在句子中说。</translation>
    </message>
    <message>
        <source>Capitals for all selected letters, or the last utterance.</source>
        <translation>选中的文字或上一句全部大写。</translation>
    </message>
    <message>
        <source>Command where the note, its headings or your templates have “{words}”; text otherwise. {does}</source>
        <translation>如果病历、其标题或您的模板中有“{words}”，则为命令；否则为文字。{does}</translation>
    </message>
    <message>
        <source>Command: {said}. {does}</source>
        <translation>命令：{said}。{does}</translation>
    </message>
    <message>
        <source>Deletes what is selected, or else the last utterance.</source>
        <translation>删除选中的文字，否则删除上一句。</translation>
    </message>
    <message>
        <source>Does again what was undone.</source>
        <translation>重做已撤销的更改。</translation>
    </message>
    <message>
        <source>Fills the fields that have a default.</source>
        <translation>填写有默认值的字段。</translation>
    </message>
    <message>
        <source>Letters are no longer spelled.</source>
        <translation>结束拼写。</translation>
    </message>
    <message>
        <source>Makes what is selected bold, or else the last utterance.</source>
        <translation>将选中的文字设为粗体，否则将上一句设为粗体。</translation>
    </message>
    <message>
        <source>Puts the template of this name in.</source>
        <translation>插入此名称的模板。</translation>
    </message>
    <message>
        <source>Selects the field before.</source>
        <translation>选中上一个字段。</translation>
    </message>
    <message>
        <source>Selects the last utterance.</source>
        <translation>选中上一句。</translation>
    </message>
    <message>
        <source>Selects the next field to fill.</source>
        <translation>选中下一个待填字段。</translation>
    </message>
    <message>
        <source>Selects these words where they stand last before the cursor; say what takes their place.</source>
        <translation>选中光标前最近一次出现的这些文字；接着说出替换内容。</translation>
    </message>
    <message>
        <source>Shows this page.</source>
        <translation>显示本页。</translation>
    </message>
    <message>
        <source>Small letters for what is selected, or the last utterance.</source>
        <translation>选中的文字或上一句全部小写。</translation>
    </message>
    <message>
        <source>Stops recording.</source>
        <translation>停止录音。</translation>
    </message>
    <message>
        <source>Takes the last change back.</source>
        <translation>撤销上一次更改。</translation>
    </message>
    <message>
        <source>Takes the last utterance back; again, the one before it.</source>
        <translation>撤回上一句；再说一次，撤回更前一句。</translation>
    </message>
    <message>
        <source>Text. Written: {text}</source>
        <translation>文字。写作：{text}</translation>
    </message>
    <message>
        <source>The same with the last utterance.</source>
        <translation>对上一句作同样处理。</translation>
    </message>
    <message>
        <source>The same; what you say takes their place, and you go on where you were.</source>
        <translation>同上；说出替换内容后，回到原处继续口述。</translation>
    </message>
    <message>
        <source>Writes the word that these letters spell.</source>
        <translation>写入这些字母拼成的词。</translation>
    </message>
    <message>
        <source>Writes the words of a command instead of doing it.</source>
        <translation>写入命令的字面文字，而不执行。</translation>
    </message>
    <message>
        <source>You go on dictating at the end of the note.</source>
        <translation>在病历末尾继续口述。</translation>
    </message>
    <message>
        <source>You go on dictating under this heading.</source>
        <translation>在此标题下继续口述。</translation>
    </message>
    <message>
        <source>You say letters, by their names or alpha, bravo, charlie; anything else ends it.</source>
        <translation>逐个说出字母；说其他内容即结束。</translation>
    </message>
    <message>
        <source>Your own phrase. Writes: {text}</source>
        <translation>自定义短语。写入：{text}</translation>
    </message>
</context>
<context>
    <name>CommandsPage</name>
    <message>
        <source>&amp;Try it:</source>
        <translation>试一试(&amp;T)：</translation>
    </message>
    <message>
        <source>Add a &amp;phrase…</source>
        <translation>添加短语(&amp;P)…</translation>
    </message>
    <message>
        <source>Add a phrase for a text that you often write, or for a command in your words.</source>
        <translation>可为常写的文字，或用自己的话说的命令添加短语。</translation>
    </message>
    <message>
        <source>Chan&amp;ge…</source>
        <translation>更改(&amp;G)…</translation>
    </message>
    <message>
        <source>Command: {command}</source>
        <translation>命令：{command}</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>For example</source>
        <translation>例如</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>删除(&amp;M)</translation>
    </message>
    <message>
        <source>Say</source>
        <translation>说</translation>
    </message>
    <message>
        <source>Say a command alone, with a short pause before and after it. Within a sentence it is text.</source>
        <translation>命令要单独说，前后稍作停顿；在句子中说则作为文字写入。</translation>
    </message>
    <message>
        <source>Type what you would say</source>
        <translation>输入您要说的话</translation>
    </message>
    <message>
        <source>What can I say?</source>
        <translation>我能说什么</translation>
    </message>
    <message>
        <source>What happens</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>What is wrong with the files of phrases</source>
        <translation>短语文件的问题</translation>
    </message>
    <message>
        <source>What would happen</source>
        <translation>会发生什么</translation>
    </message>
    <message>
        <source>Your own phrases</source>
        <translation>自定义短语</translation>
    </message>
    <message>
        <source>{what} (from your IT)</source>
        <translation>{what}（由 IT 部门提供）</translation>
    </message>
</context>
<context>
    <name>ControlsFeature</name>
    <message>
        <source>C&amp;ontrols</source>
        <translation>控制(&amp;O)</translation>
    </message>
    <message>
        <source>Keys for the whole screen, and how text gets into other programs</source>
        <translation>全局按键，以及文本如何进入其他程序</translation>
    </message>
</context>
<context>
    <name>ControlsPage</name>
    <message>
        <source>&amp;Sounds when a recording begins and ends</source>
        <translation>录音开始和结束时发出提示音(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Transfer the text</source>
        <translation>传送文本(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Use them</source>
        <translation>使用(&amp;U)</translation>
    </message>
    <message>
        <source>Controls</source>
        <translation>控制</translation>
    </message>
    <message>
        <source>Di&amp;ctate</source>
        <translation>口述(&amp;C)</translation>
    </message>
    <message>
        <source>Ho&amp;w</source>
        <translation>方式(&amp;W)</translation>
    </message>
    <message>
        <source>Hold the key while you talk, or press it briefly to begin and once more to end. Escape while you hold it takes everything back.</source>
        <translation>说话时按住该键；或短按一次开始，再按一次结束。按住时按 Esc 可全部撤回。</translation>
    </message>
    <message>
        <source>How text gets into other programs</source>
        <translation>文本如何进入其他程序</translation>
    </message>
    <message>
        <source>Into the clipboard; you paste it</source>
        <translation>放入剪贴板，由您粘贴</translation>
    </message>
    <message>
        <source>Keys that work in every program</source>
        <translation>在所有程序中有效的按键</translation>
    </message>
    <message>
        <source>Pasted; your clipboard is kept</source>
        <translation>粘贴；您的剪贴板内容不变</translation>
    </message>
    <message>
        <source>Pedals and microphones with buttons</source>
        <translation>脚踏与带按键的麦克风</translation>
    </message>
    <message>
        <source>Te&amp;ach one…</source>
        <translation>学习设备(&amp;A)…</translation>
    </message>
    <message>
        <source>Teach a pedal or a microphone</source>
        <translation>学习脚踏或麦克风</translation>
    </message>
    <message>
        <source>Text into other programs</source>
        <translation>将文本放入其他程序</translation>
    </message>
    <message>
        <source>Typed, where pasting does not work</source>
        <translation>逐字键入，用于不能粘贴的程序</translation>
    </message>
    <message>
        <source>Use pedals and microphones with buttons</source>
        <translation>使用脚踏与带按键的麦克风</translation>
    </message>
    <message>
        <source>What is wrong with the keys</source>
        <translation>按键的问题</translation>
    </message>
</context>
<context>
    <name>CorrectingFeature</name>
    <message>
        <source>Go to the word before that is marked</source>
        <translation>转到上一个标记的词</translation>
    </message>
    <message>
        <source>Pre&amp;vious word to check</source>
        <translation>上一个待核对的词(&amp;V)</translation>
    </message>
    <message>
        <source>Take the mark of doubt off the selected words</source>
        <translation>取消所选词的存疑标记</translation>
    </message>
    <message>
        <source>The word looks ri&amp;ght</source>
        <translation>该词正确(&amp;G)</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>d MMM</source>
        <comment>a date in Qt&apos;s letters</comment>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <comment>a date in Qt&apos;s letters</comment>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>d MMMM yyyy, HH:mm</source>
        <comment>a date in Qt&apos;s letters</comment>
        <translation>yyyy年M月d日 HH:mm</translation>
    </message>
    <message>
        <source>dddd, d MMMM yyyy, HH:mm</source>
        <comment>a date in Qt&apos;s letters</comment>
        <translation>yyyy年M月d日 dddd HH:mm</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>&amp;Close now</source>
        <translation>立即退出(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Go on recording</source>
        <translation>继续录音(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Stop, keep and close</source>
        <translation>停止、保留并退出(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Wait</source>
        <translation>等待(&amp;W)</translation>
    </message>
    <message>
        <source>A dictation is being written down</source>
        <translation>正在转写口述</translation>
    </message>
    <message>
        <source>A dictation is being written down.</source>
        <translation>正在转写口述。</translation>
    </message>
    <message>
        <source>A recording is running</source>
        <translation>正在录音</translation>
    </message>
    <message>
        <source>A recording is running.</source>
        <translation>正在录音。</translation>
    </message>
    <message>
        <source>Closing stops it and keeps it with its note. It can be written down the next time.</source>
        <translation>退出会停止录音，并把它保留在病历中，下次可以转写。</translation>
    </message>
    <message>
        <source>Closing stops that. The recording is kept with its note and can be written down the next time.</source>
        <translation>退出会中断转写。录音保留在病历中，下次可以转写。</translation>
    </message>
</context>
<context>
    <name>Dictation</name>
    <message>
        <source>The text is {seconds} s behind: this computer is slower than you speak. Nothing is lost.</source>
        <translation>文字落后 {seconds} 秒：这台电脑跟不上您的语速。内容不会丢失。</translation>
    </message>
    <message>
        <source>Write the rest of it down</source>
        <translation>转写其余部分</translation>
    </message>
</context>
<context>
    <name>DictationBox</name>
    <message>
        <source>A new note opens when you record.</source>
        <translation>录音时会新建病历。</translation>
    </message>
    <message>
        <source>Dictation box</source>
        <translation>口述条</translation>
    </message>
    <message>
        <source>Microphone level</source>
        <translation>麦克风电平</translation>
    </message>
    <message>
        <source>Note: {title}</source>
        <translation>病历：{title}</translation>
    </message>
    <message>
        <source>Otoscribe</source>
        <translation>Otoscribe</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Recorded time</source>
        <translation>已录时间</translation>
    </message>
    <message>
        <source>Recording state</source>
        <translation>录音状态</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>传送</translation>
    </message>
    <message>
        <source>What is going on</source>
        <translation>当前状态</translation>
    </message>
    <message>
        <source>Whole window</source>
        <translation>完整窗口</translation>
    </message>
</context>
<context>
    <name>DictationBoxFeature</name>
    <message>
        <source>A small bar above all windows in place of this one</source>
        <translation>以小条浮于所有窗口之上，代替本窗口</translation>
    </message>
    <message>
        <source>Small &amp;bar on top</source>
        <translation>置顶小条(&amp;B)</translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Press Record (F9) and dictate: a new note opens by itself.
Or choose a note at the left, or drop audio files here.</source>
        <translation>按“录音”（F9）开始口述，会自动新建一份病历。
也可以在左侧选择一份病历，或把音频文件拖到这里。</translation>
    </message>
    <message>
        <source>Ready when you are</source>
        <translation>随时可以开始</translation>
    </message>
    <message>
        <source>Start dictating</source>
        <translation>开始口述</translation>
    </message>
</context>
<context>
    <name>FormattingDialog</name>
    <message>
        <source>&amp;Automatic</source>
        <translation>自动(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Both</source>
        <translation>两者(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Spoken</source>
        <translation>口述(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Try it: type words as you would say them</source>
        <translation>试一试(&amp;T)：按您说话的方式输入</translation>
    </message>
    <message>
        <source>&amp;Use these</source>
        <translation>使用这些设置(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Write dictated text as medicine writes it</source>
        <translation>按医学书写习惯写口述文字(&amp;W)</translation>
    </message>
    <message>
        <source>As they are written</source>
        <translation>写出的结果</translation>
    </message>
    <message>
        <source>Marks that you say, and those that the recogniser sets</source>
        <translation>您说出的标点和识别程序加的标点</translation>
    </message>
    <message>
        <source>Punctuation</source>
        <translation>标点</translation>
    </message>
    <message>
        <source>Punctuation and rules</source>
        <translation>标点和规则</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>The recogniser sets the marks; words such as comma are written as words</source>
        <translation>由识别程序加标点；“comma”等词按文字写出</translation>
    </message>
    <message>
        <source>What is written from now on is written so; notes that are there stay as they are.</source>
        <translation>此后写出的文字按此处理；已有的病历保持不变。</translation>
    </message>
    <message>
        <source>Where you say marks, the recogniser&apos;s are left out</source>
        <translation>您说出标点时，不用识别程序加的标点</translation>
    </message>
    <message>
        <source>Words as said</source>
        <translation>说出的词</translation>
    </message>
    <message>
        <source>Written form</source>
        <translation>书写格式</translation>
    </message>
</context>
<context>
    <name>HearingFeature</name>
    <message>
        <source>&amp;Back three seconds</source>
        <translation>后退三秒(&amp;B)</translation>
    </message>
    <message>
        <source>Hear the last three seconds once more</source>
        <translation>重听最后三秒</translation>
    </message>
    <message>
        <source>Pla&amp;y again and again</source>
        <translation>循环播放(&amp;Y)</translation>
    </message>
    <message>
        <source>Play f&amp;aster</source>
        <translation>加快播放(&amp;A)</translation>
    </message>
    <message>
        <source>Play faster, at the same pitch</source>
        <translation>加快播放，音调不变</translation>
    </message>
    <message>
        <source>Play more slowly, at the same pitch</source>
        <translation>放慢播放，音调不变</translation>
    </message>
    <message>
        <source>Play slo&amp;wer</source>
        <translation>放慢播放(&amp;W)</translation>
    </message>
    <message>
        <source>Play the selected words, or the recording, again and again</source>
        <translation>循环播放选中的词或整段录音</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>&amp;For</source>
        <translation>适用于(&amp;F)</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Import %n term(s)</source>
        <translation>
            <numerusform>导入 %n 个术语(&amp;I)</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Replace the lexicon of that name</source>
        <translation>替换同名术语表(&amp;R)</translation>
    </message>
    <message>
        <source>A patient</source>
        <translation>某位患者</translation>
    </message>
    <message>
        <source>Import a list of terms</source>
        <translation>导入术语表</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Name of the lexicon</source>
        <translation>术语表名称</translation>
    </message>
    <message>
        <source>Replace the lexicon of that name</source>
        <translation>替换同名术语表</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>处理结果</translation>
    </message>
    <message>
        <source>Rows of the file</source>
        <translation>文件中的行</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>术语</translation>
    </message>
    <message>
        <source>There is a lexicon {name} already.</source>
        <translation>已有名为 {name} 的术语表。</translation>
    </message>
    <message>
        <source>What you can do</source>
        <translation>您可以怎么做</translation>
    </message>
    <message>
        <source>Whose it is</source>
        <translation>归属</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>You</source>
        <translation>您本人</translation>
    </message>
    <message>
        <source>Your department</source>
        <translation>您的科室</translation>
    </message>
</context>
<context>
    <name>LanguageFeature</name>
    <message>
        <source>As the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>语言(&amp;G)</translation>
    </message>
    <message>
        <source>Language of the interface</source>
        <translation>界面语言</translation>
    </message>
    <message>
        <source>The language changes when Otoscribe is started the next time.</source>
        <translation>下次启动 Otoscribe 时切换语言。</translation>
    </message>
</context>
<context>
    <name>Learning</name>
    <message numerus="yes">
        <source>%n correction(s) for you to decide.</source>
        <translation>
            <numerusform>有 %n 处更正待您判断。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n utterance(s) gathered, {usable} of them can be learned from. Misheard: {misheard}. Rewritten: {rewritten}.</source>
        <translation>
            <numerusform>已收集 %n 段话，其中 {usable} 段可用于学习。听错：{misheard}。改写：{rewritten}。</numerusform>
        </translation>
    </message>
    <message>
        <source>About {count} utterances are needed to learn from.</source>
        <translation>学习大约需要 {count} 段话。</translation>
    </message>
    <message>
        <source>Dictation is written by the model as it came, without anything learned.</source>
        <translation>口述由原始模型转写，不含学到的内容。</translation>
    </message>
    <message>
        <source>Dictation is written with version {number}.</source>
        <translation>口述由第 {number} 版转写。</translation>
    </message>
    <message>
        <source>Dictation is written with {name}.</source>
        <translation>口述由 {name} 转写。</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>正在准备…</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>正在学习</translation>
    </message>
    <message>
        <source>Measuring what was learned</source>
        <translation>正在评估学习结果</translation>
    </message>
    <message>
        <source>Nothing is gathered yet.</source>
        <translation>尚未收集任何内容。</translation>
    </message>
    <message>
        <source>Version {number} helps you and harms nothing else.</source>
        <translation>第 {number} 版对您有帮助，且没有其他损害。</translation>
    </message>
    <message>
        <source>Version {number} was refused:</source>
        <translation>第 {number} 版未被采用：</translation>
    </message>
    <message>
        <source>Versions kept: {versions}.</source>
        <translation>保留的版本：{versions}。</translation>
    </message>
    <message>
        <source>for you to decide</source>
        <translation>待您判断</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>misheard</source>
        <translation>听错</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未评估</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>rewritten</source>
        <translation>改写</translation>
    </message>
    <message numerus="yes">
        <source>{doing}: about %n minute(s) to go</source>
        <translation>
            <numerusform>{doing}：大约还需 %n 分钟</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LearningFeature</name>
    <message>
        <source>L&amp;earning</source>
        <translation>学习(&amp;E)</translation>
    </message>
    <message>
        <source>What Otoscribe learns from your corrections</source>
        <translation>Otoscribe 从您的更正中学到的内容</translation>
    </message>
</context>
<context>
    <name>LearningPage</name>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Go back one version</source>
        <translation>退回上一版(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>保留(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
    <message>
        <source>Cancel learning</source>
        <translation>取消学习</translation>
    </message>
    <message>
        <source>Corrections, those for you to decide first</source>
        <translation>更正列表，待您判断的在前</translation>
    </message>
    <message>
        <source>How far learning has come</source>
        <translation>学习进度</translation>
    </message>
    <message>
        <source>I &amp;wrote something else</source>
        <translation>我写了别的内容(&amp;W)</translation>
    </message>
    <message>
        <source>I said something else than I wrote: don&apos;t learn it</source>
        <translation>我说的和写的不同：不要学习</translation>
    </message>
    <message>
        <source>I said what I wrote: learn it</source>
        <translation>我说的就是写的：学习它</translation>
    </message>
    <message>
        <source>It was &amp;misheard</source>
        <translation>听错了(&amp;M)</translation>
    </message>
    <message>
        <source>Learn &amp;from what I correct</source>
        <translation>从我的更正中学习(&amp;F)</translation>
    </message>
    <message>
        <source>Learn from what I correct</source>
        <translation>从我的更正中学习</translation>
    </message>
    <message>
        <source>Learn n&amp;ow</source>
        <translation>立即学习(&amp;O)</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>Pla&amp;y</source>
        <translation>播放(&amp;Y)</translation>
    </message>
    <message>
        <source>Play the recording from there</source>
        <translation>从该处播放录音</translation>
    </message>
    <message>
        <source>Remove &amp;all that is gathered…</source>
        <translation>移除已收集的全部内容(&amp;A)…</translation>
    </message>
    <message>
        <source>Remove all corrections that were gathered from you?</source>
        <translation>移除从您那里收集的全部更正吗？</translation>
    </message>
    <message>
        <source>Remove all that is gathered</source>
        <translation>移除已收集的全部内容</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>已签署</translation>
    </message>
    <message>
        <source>The next time it goes on where it was</source>
        <translation>下次从中断处继续</translation>
    </message>
    <message>
        <source>Was written</source>
        <translation>原来写的</translation>
    </message>
    <message>
        <source>What is gathered</source>
        <translation>已收集的内容</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>保留的内容</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>What learning is at</source>
        <translation>学习进行到哪一步</translation>
    </message>
    <message>
        <source>What the last try came to</source>
        <translation>上次学习的结果</translation>
    </message>
    <message>
        <source>What you change in a dictated note stands here once you have signed it.</source>
        <translation>您在口述病历中所做的修改，签署后会显示在这里。</translation>
    </message>
    <message>
        <source>When you sign a dictated note, what you changed in it is kept on this computer, with the note. Nothing leaves the computer.</source>
        <translation>您签署口述的病历时，所做的修改会与病历一起保存在这台电脑上。任何内容都不会离开这台电脑。</translation>
    </message>
    <message>
        <source>You wrote</source>
        <translation>您写的</translation>
    </message>
    <message>
        <source>Your notes and recordings stay, and so does what was learned until you go back a version.</source>
        <translation>您的病历和录音都会保留；已学到的内容在您退回上一版之前也会保留。</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>{level} decibels</source>
        <translation>{level} 分贝</translation>
    </message>
</context>
<context>
    <name>LexiconTitles</name>
    <message>
        <source>Blood and immune system</source>
        <translation>血液与免疫系统</translation>
    </message>
    <message>
        <source>Bones, joints, muscles and injuries</source>
        <translation>骨骼、关节、肌肉与损伤</translation>
    </message>
    <message>
        <source>British spellings of terms in the other packs</source>
        <translation>其他词表中术语的英式拼写</translation>
    </message>
    <message>
        <source>Cardiology and vessels</source>
        <translation>心脏与血管</translation>
    </message>
    <message>
        <source>Digestive system, liver and teeth</source>
        <translation>消化系统、肝脏与牙齿</translation>
    </message>
    <message>
        <source>Ear, nose and throat</source>
        <translation>耳鼻喉</translation>
    </message>
    <message>
        <source>Endocrinology, nutrition and metabolism</source>
        <translation>内分泌、营养与代谢</translation>
    </message>
    <message>
        <source>Eye</source>
        <translation>眼</translation>
    </message>
    <message>
        <source>General medicine: symptoms, signs and what several specialties share</source>
        <translation>全科：症状、体征及多科共用术语</translation>
    </message>
    <message>
        <source>Imaging and the anatomy that it shows</source>
        <translation>影像及其所示解剖</translation>
    </message>
    <message>
        <source>Infections and their organisms</source>
        <translation>感染及其病原体</translation>
    </message>
    <message>
        <source>Kidney, urinary and male genital organs</source>
        <translation>肾脏、泌尿与男性生殖器官</translation>
    </message>
    <message>
        <source>Lungs and breathing</source>
        <translation>肺与呼吸</translation>
    </message>
    <message>
        <source>Medicines by their brands</source>
        <translation>药品商品名</translation>
    </message>
    <message>
        <source>Medicines on the market, by their substance</source>
        <translation>上市药品（按成分）</translation>
    </message>
    <message>
        <source>Mental and behavioural disorders</source>
        <translation>精神与行为障碍</translation>
    </message>
    <message>
        <source>Nervous system</source>
        <translation>神经系统</translation>
    </message>
    <message>
        <source>Newborns and congenital malformations</source>
        <translation>新生儿与先天畸形</translation>
    </message>
    <message>
        <source>Operations, devices and poisons</source>
        <translation>手术、器械与毒物</translation>
    </message>
    <message>
        <source>Pregnancy, birth, female genital organs and breast</source>
        <translation>妊娠、分娩、女性生殖器官与乳腺</translation>
    </message>
    <message>
        <source>Skin</source>
        <translation>皮肤</translation>
    </message>
    <message>
        <source>Substances with an official name that are not, or no longer, on the market</source>
        <translation>有法定名称但未上市或已退市的成分</translation>
    </message>
    <message>
        <source>Tumours</source>
        <translation>肿瘤</translation>
    </message>
</context>
<context>
    <name>Lexicons</name>
    <message>
        <source>My terms</source>
        <translation>我的术语</translation>
    </message>
    <message>
        <source>a Dragon list</source>
        <translation>Dragon 词表</translation>
    </message>
    <message>
        <source>a Hunspell dictionary</source>
        <translation>Hunspell 词典</translation>
    </message>
    <message>
        <source>a table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>a word list</source>
        <translation>词表</translation>
    </message>
    <message>
        <source>an Amazon Transcribe table</source>
        <translation>Amazon Transcribe 词表</translation>
    </message>
    <message>
        <source>merged</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>未注明</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>{encoding} (guessed)</source>
        <translation>{encoding}（推测）</translation>
    </message>
    <message>
        <source>{file}: {form} in {encoding}.</source>
        <translation>{file}：{form}，编码 {encoding}。</translation>
    </message>
</context>
<context>
    <name>LexiconsFeature</name>
    <message>
        <source>&amp;Lexicons</source>
        <translation>术语表(&amp;L)</translation>
    </message>
    <message>
        <source>Add the selected words to a lexicon</source>
        <translation>把选中的词加入术语表</translation>
    </message>
    <message>
        <source>The lists of terms that dictation is to know</source>
        <translation>口述时要识别的术语表</translation>
    </message>
    <message>
        <source>This is a ter&amp;m…</source>
        <translation>这是术语(&amp;M)…</translation>
    </message>
</context>
<context>
    <name>LexiconsModel</name>
    <message numerus="yes">
        <source>%n term(s)</source>
        <translation>
            <numerusform>%n 个术语</numerusform>
        </translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>No term holds that text.</source>
        <translation>没有包含该文字的术语。</translation>
    </message>
    <message>
        <source>No terms yet.</source>
        <translation>还没有术语。</translation>
    </message>
    <message>
        <source>Removed {written} from {name}.</source>
        <translation>已从 {name} 中移除 {written}。</translation>
    </message>
    <message numerus="yes">
        <source>The lexicon {name} has %n term(s) and is on.</source>
        <translation>
            <numerusform>术语表 {name} 有 %n 个术语，已启用。</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message numerus="yes">
        <source>{shown} of %n term(s); search to see others</source>
        <translation>
            <numerusform>显示 %n 个术语中的 {shown} 个；可搜索查看其他术语</numerusform>
        </translation>
    </message>
    <message>
        <source>{written} is in {name}.</source>
        <translation>{written} 已在 {name} 中。</translation>
    </message>
</context>
<context>
    <name>LexiconsPage</name>
    <message>
        <source> or </source>
        <translation> 或 </translation>
    </message>
    <message numerus="yes">
        <source>%n term(s), {whose}</source>
        <translation>
            <numerusform>%n 个术语，{whose}</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Change…</source>
        <translation>修改(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Import a list…</source>
        <translation>导入术语表(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>保留(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
    <message>
        <source>Add a &amp;term…</source>
        <translation>添加术语(&amp;T)…</translation>
    </message>
    <message>
        <source>Add a term</source>
        <translation>添加术语</translation>
    </message>
    <message>
        <source>All lexicons</source>
        <translation>所有术语表</translation>
    </message>
    <message>
        <source>Change the term</source>
        <translation>修改术语</translation>
    </message>
    <message>
        <source>Corrected</source>
        <translation>更正</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Heard</source>
        <translation>听到</translation>
    </message>
    <message>
        <source>How often Otoscribe wrote it</source>
        <translation>Otoscribe 写出它的次数</translation>
    </message>
    <message>
        <source>How often you put it where something else was written</source>
        <translation>您用它替换其他文字的次数</translation>
    </message>
    <message>
        <source>How often you took it out</source>
        <translation>您删掉它的次数</translation>
    </message>
    <message>
        <source>Import a list of terms</source>
        <translation>导入术语表</translation>
    </message>
    <message>
        <source>It can only be brought back by importing it again.</source>
        <translation>只有重新导入才能恢复。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Lexicon</source>
        <translation>术语表</translation>
    </message>
    <message>
        <source>Lexicons</source>
        <translation>术语表</translation>
    </message>
    <message>
        <source>Lexicons, those that are on are checked</source>
        <translation>术语表，勾选的为已启用</translation>
    </message>
    <message>
        <source>Lists of terms (*.csv *.tsv *.txt *.dic);;All files (*)</source>
        <translation>术语表 (*.csv *.tsv *.txt *.dic);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Number of terms</source>
        <translation>术语数量</translation>
    </message>
    <message>
        <source>Re&amp;move term</source>
        <translation>移除术语(&amp;M)</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>弃用</translation>
    </message>
    <message>
        <source>Remove &amp;list…</source>
        <translation>移除术语表(&amp;L)…</translation>
    </message>
    <message numerus="yes">
        <source>Remove the lexicon {name} with its %n term(s)?</source>
        <translation>
            <numerusform>移除术语表 {name} 及其 %n 个术语吗？</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the list</source>
        <translation>移除术语表</translation>
    </message>
    <message>
        <source>Said</source>
        <translation>读法</translation>
    </message>
    <message>
        <source>Search terms</source>
        <translation>搜索术语</translation>
    </message>
    <message>
        <source>Space switches a lexicon on or off</source>
        <translation>按空格键启用或停用术语表</translation>
    </message>
    <message>
        <source>Take the term out for good, also over updates (Delete)</source>
        <translation>永久移除该术语，更新后也不恢复（Delete）</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>术语</translation>
    </message>
    <message>
        <source>Try by v&amp;oice…</source>
        <translation>用语音测试(&amp;O)…</translation>
    </message>
    <message>
        <source>Where the term came from</source>
        <translation>术语的来源</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>写法</translation>
    </message>
    <message>
        <source>a patient&apos;s</source>
        <translation>某位患者的</translation>
    </message>
    <message>
        <source>from your IT</source>
        <translation>由信息科提供</translation>
    </message>
    <message>
        <source>shipped</source>
        <translation>随软件提供</translation>
    </message>
    <message>
        <source>source not stated</source>
        <translation>未注明来源</translation>
    </message>
    <message>
        <source>your department&apos;s</source>
        <translation>科室的</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>您的</translation>
    </message>
    <message>
        <source>{about}, {count} removed</source>
        <translation>{about}，已移除 {count} 个</translation>
    </message>
</context>
<context>
    <name>LooksFeature</name>
    <message>
        <source>&amp;Bold</source>
        <translation>加粗(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;List</source>
        <translation>列表(&amp;L)</translation>
    </message>
    <message>
        <source>Headi&amp;ng</source>
        <translation>标题(&amp;N)</translation>
    </message>
    <message>
        <source>Make the line a heading, a smaller one, or none</source>
        <translation>将此行设为标题、小标题或普通文本</translation>
    </message>
    <message>
        <source>Make the lines points of a list, or no longer</source>
        <translation>将这些行设为列表项或取消</translation>
    </message>
    <message>
        <source>Make the selected words bold, or no longer bold</source>
        <translation>将所选文字加粗或取消加粗</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;Close without saving</source>
        <translation>不保存并退出(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>保留(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Stay</source>
        <translation>留下(&amp;S)</translation>
    </message>
    <message>
        <source>About Otoscribe</source>
        <translation>关于 Otoscribe</translation>
    </message>
    <message>
        <source>Delete the recording</source>
        <translation>删除录音</translation>
    </message>
    <message>
        <source>Delete the recording of {when}?</source>
        <translation>删除 {when} 的录音吗？</translation>
    </message>
    <message>
        <source>Export the note</source>
        <translation>导出病历</translation>
    </message>
    <message>
        <source>Its sound can&apos;t be brought back.</source>
        <translation>删除后声音无法恢复。</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Notes and note</source>
        <translation>病历列表和病历</translation>
    </message>
    <message>
        <source>Otoscribe writes what clinicians dictate, on their own computer.

Nothing that is said or written leaves this computer.</source>
        <translation>Otoscribe 在医护人员自己的电脑上，把口述写成文字。

所说所写的任何内容都不会离开这台电脑。</translation>
    </message>
    <message>
        <source>The note could not be saved.</source>
        <translation>病历无法保存。</translation>
    </message>
    <message>
        <source>The note is not saved</source>
        <translation>病历未保存</translation>
    </message>
    <message>
        <source>What stands on the screen would be lost. The message above the note says what to do.</source>
        <translation>屏幕上的内容将会丢失。病历上方的提示说明了该怎么做。</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>MessageLine</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>问题</translation>
    </message>
</context>
<context>
    <name>MicrophoneChooser</name>
    <message>
        <source>Chosen microphone (not plugged in)</source>
        <translation>所选麦克风（未连接）</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Microphone to record from; the list is read anew when it is opened</source>
        <translation>用于录音的麦克风；打开列表时会重新读取</translation>
    </message>
    <message>
        <source>No microphone</source>
        <translation>未找到麦克风</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>系统默认</translation>
    </message>
    <message>
        <source>System default ({name})</source>
        <translation>系统默认（{name}）</translation>
    </message>
</context>
<context>
    <name>NoteEditor</name>
    <message>
        <source> or </source>
        <translation> 或 </translation>
    </message>
    <message>
        <source>Changed by hand.</source>
        <translation>已手动修改。</translation>
    </message>
    <message>
        <source>Ctrl+click to hear it.</source>
        <translation>按住 Ctrl 单击可听录音。</translation>
    </message>
    <message>
        <source>F4 offers other wordings; Shift+F4 takes the mark off.</source>
        <translation>F4 提供其他写法；Shift+F4 取消标记。</translation>
    </message>
    <message>
        <source>Heard: {heard} (F6 writes that).</source>
        <translation>听到的是：{heard}（按 F6 写成这样）。</translation>
    </message>
    <message>
        <source>No word is marked.</source>
        <translation>没有标记的词。</translation>
    </message>
    <message>
        <source>Nothing was dictated here.</source>
        <translation>此处没有口述内容。</translation>
    </message>
    <message>
        <source>Recognised with {confidence} confidence.</source>
        <translation>识别置信度 {confidence}。</translation>
    </message>
    <message>
        <source>Tab goes to the next word to check. Control and Tab leave the text.</source>
        <translation>Tab 转到下一个待核对的词。Ctrl+Tab 离开正文。</translation>
    </message>
    <message>
        <source>Text of the note</source>
        <translation>病历正文</translation>
    </message>
    <message>
        <source>This stands as it was heard, or as you changed it.</source>
        <translation>此处文字与听到的一致，或是您改过的。</translation>
    </message>
    <message>
        <source>Write as heard: {heard}</source>
        <translation>按听到的写：{heard}</translation>
    </message>
    <message>
        <source>Write in full: {found}</source>
        <translation>写出全称：{found}</translation>
    </message>
    <message>
        <source>{found}: {reason}. Better: {better} (F4).</source>
        <translation>{found}：{reason}。建议：{better}（F4）。</translation>
    </message>
    <message>
        <source>{term}: a term of your lexicons.</source>
        <translation>{term}：您术语表中的术语。</translation>
    </message>
</context>
<context>
    <name>NoteFields</name>
    <message>
        <source>Choose: {field}</source>
        <translation>选择：{field}</translation>
    </message>
</context>
<context>
    <name>NotePage</name>
    <message numerus="yes">
        <source>%n field(s) to fill</source>
        <translation>
            <numerusform>%n 个字段待填</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not written down yet</source>
        <translation>
            <numerusform>%n 段尚未转写</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recording(s)</source>
        <translation>
            <numerusform>%n 段录音</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) to check</source>
        <translation>
            <numerusform>%n 个词待核对</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Addendum</source>
        <translation>补记(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Patient</source>
        <translation>患者(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Sign</source>
        <translation>签署(&amp;S)</translation>
    </message>
    <message>
        <source>Addenda</source>
        <translation>补记</translation>
    </message>
    <message>
        <source>Addenda to this note</source>
        <translation>这份病历的补记</translation>
    </message>
    <message>
        <source>E&amp;xport ▾</source>
        <translation>导出(&amp;X) ▾</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export as a document (Ctrl+Shift+E: Word)</source>
        <translation>导出为文档（Ctrl+Shift+E：Word）</translation>
    </message>
    <message>
        <source>Name or record number</source>
        <translation>姓名或病案号</translation>
    </message>
    <message>
        <source>Open fields</source>
        <translation>待填字段</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Press Record (F9) and dictate, or type here.</source>
        <translation>按“录音”（F9）口述，或在此输入。</translation>
    </message>
    <message>
        <source>Recordings not written down</source>
        <translation>尚未转写的录音</translation>
    </message>
    <message>
        <source>Recordings of this note</source>
        <translation>这份病历的录音</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Select the next field that is to be filled (F3)</source>
        <translation>选中下一个待填字段（F3）</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>已签署</translation>
    </message>
    <message>
        <source>Signed, amended</source>
        <translation>已签署，有补记</translation>
    </message>
    <message>
        <source>Speak: the text appears here.</source>
        <translation>请说话：文字会出现在这里。</translation>
    </message>
    <message>
        <source>State of the note</source>
        <translation>病历状态</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Title of the note</source>
        <translation>病历标题</translation>
    </message>
    <message>
        <source>Words to check</source>
        <translation>待核对的词</translation>
    </message>
    <message>
        <source>Write them down now ({key})</source>
        <translation>立即转写（{key}）</translation>
    </message>
</context>
<context>
    <name>Notebook</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>NotesModel</name>
    <message>
        <source>No note holds these words.
Try fewer or shorter words.</source>
        <translation>没有包含这些词的病历。
请减少或缩短搜索词。</translation>
    </message>
    <message>
        <source>No notes yet.
Press Ctrl+N for a new note, or F9 to start dictating.</source>
        <translation>还没有病历。
按 Ctrl+N 新建病历，或按 F9 开始口述。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>OpenNote</name>
    <message>
        <source>Addendum by {author}, {when}</source>
        <translation>补记：{author}，{when}</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>Save again</source>
        <translation>重新保存</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Signed by {author}, {when}</source>
        <translation>签署：{author}，{when}</translation>
    </message>
    <message>
        <source>Untitled note</source>
        <translation>无标题病历</translation>
    </message>
</context>
<context>
    <name>OwnCommandsModel</name>
    <message>
        <source>Removed: {said}</source>
        <translation>已删除：{said}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>OwnPhraseDialog</name>
    <message>
        <source>&amp;Do</source>
        <translation>执行(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>保留(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Say</source>
        <translation>说(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;What</source>
        <translation>内容(&amp;W)</translation>
    </message>
    <message>
        <source>Add a phrase</source>
        <translation>添加短语</translation>
    </message>
    <message>
        <source>Carry out a command</source>
        <translation>执行命令</translation>
    </message>
    <message>
        <source>Change a phrase</source>
        <translation>更改短语</translation>
    </message>
    <message>
        <source>Command to carry out</source>
        <translation>要执行的命令</translation>
    </message>
    <message>
        <source>Text to write</source>
        <translation>要写入的文字</translation>
    </message>
    <message>
        <source>Write a text</source>
        <translation>写入文字</translation>
    </message>
    <message>
        <source>as it is said, such as: go to plan</source>
        <translation>按口述形式填写，例如：转到计划</translation>
    </message>
    <message>
        <source>two words or more; a bar | between several ways</source>
        <translation>至少两个词；多种说法用 | 分隔</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>&amp;Back</source>
        <translation>返回(&amp;B)</translation>
    </message>
    <message>
        <source>Back to the notes</source>
        <translation>返回病历</translation>
    </message>
    <message>
        <source>Back to the notes (Esc)</source>
        <translation>返回病历（Esc）</translation>
    </message>
</context>
<context>
    <name>PlaybackControls</name>
    <message>
        <source>Again and again</source>
        <translation>循环</translation>
    </message>
    <message>
        <source>Back three seconds</source>
        <translation>后退三秒</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Speed of playing; the pitch stays (F11, F12)</source>
        <translation>播放速度，音调不变（F11、F12）</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>A Mac has no key {name}</source>
        <translation>Mac 上没有按键 {name}</translation>
    </message>
    <message>
        <source>A key is held</source>
        <translation>有按键被按住</translation>
    </message>
    <message>
        <source>A lexicon&apos;s name is written in small letters</source>
        <translation>术语表名称须用小写字母</translation>
    </message>
    <message>
        <source>A phrase of your own is said as it stands.</source>
        <translation>自定义短语按原样说出。</translation>
    </message>
    <message>
        <source>A signature needs a name</source>
        <translation>签署需要姓名</translation>
    </message>
    <message>
        <source>A spoken form has another {changed} than what would be written</source>
        <translation>读法会改变所写内容（{changed}）</translation>
    </message>
    <message>
        <source>A term has to be written somehow</source>
        <translation>术语需要有写法</translation>
    </message>
    <message>
        <source>Abbreviations: Letters said one by one: MRI, COPD.</source>
        <translation>缩写：逐个读出的字母，如 MRI、COPD。</translation>
    </message>
    <message>
        <source>Add a row for each term and try again.</source>
        <translation>请为每个术语加一行，然后重试。</translation>
    </message>
    <message>
        <source>Ages: 67-year-old, in her 60s.</source>
        <translation>年龄：67-year-old、in her 60s。</translation>
    </message>
    <message>
        <source>An adapter {name} is there already</source>
        <translation>已有适配器 {name}</translation>
    </message>
    <message>
        <source>An addendum needs a text and a name</source>
        <translation>补记需要内容和姓名</translation>
    </message>
    <message>
        <source>Another model is installed as {name}</source>
        <translation>已有另一个模型以 {name} 为名安装</translation>
    </message>
    <message>
        <source>Another program has been changing the lexicons for 20 s</source>
        <translation>另一个程序正在修改术语表，已超过 20 秒</translation>
    </message>
    <message>
        <source>Another program has filled the clipboard meanwhile</source>
        <translation>其他程序已占用剪贴板</translation>
    </message>
    <message>
        <source>Another program holds the key {key}</source>
        <translation>其他程序占用了按键 {key}</translation>
    </message>
    <message>
        <source>Ask your IT to mend it.</source>
        <translation>请联系信息科修复。</translation>
    </message>
    <message>
        <source>Begin each one with the line [[phrase]]; the file is left out.</source>
        <translation>每条请以 [[phrase]] 行开头；该文件未采用。</translation>
    </message>
    <message>
        <source>Begin the file with the line “title: …”.</source>
        <translation>请让文件以“title: …”这一行开头。</translation>
    </message>
    <message>
        <source>Begin with: title: …</source>
        <translation>开头请写 title: …</translation>
    </message>
    <message>
        <source>Capitals: A capital at the start of a sentence.</source>
        <translation>大写：句首大写。</translation>
    </message>
    <message>
        <source>Change its text, or sign it before adding to it.</source>
        <translation>请直接修改正文，或先签署再添加补记。</translation>
    </message>
    <message>
        <source>Change that one, or say something else.</source>
        <translation>请更改那一条，或换一种说法。</translation>
    </message>
    <message>
        <source>Check HTTPS_PROXY (and NO_PROXY for inside servers) and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>请检查 HTTPS_PROXY（内部服务器用 NO_PROXY）后重试，或以离线包导入模型：otoscribe models import 文件。</translation>
    </message>
    <message>
        <source>Check it with: otoscribe models verify, and fetch it again with: otoscribe models pull NAME.</source>
        <translation>请用 otoscribe models verify 检查，并用 otoscribe models pull 名称 重新获取。</translation>
    </message>
    <message>
        <source>Check its name and that you may read it.</source>
        <translation>请检查名称和读取权限。</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>请检查权限。</translation>
    </message>
    <message>
        <source>Check that it is a folder and that you may read it.</source>
        <translation>请确认它是文件夹且可以读取。</translation>
    </message>
    <message>
        <source>Check that it is there and readable.</source>
        <translation>请确认它存在且可以读取。</translation>
    </message>
    <message>
        <source>Check that it is there.</source>
        <translation>请确认它存在。</translation>
    </message>
    <message>
        <source>Check that its drive is connected and that you may read it, then press Try again.</source>
        <translation>请检查其驱动器是否已连接、您是否有读取权限，然后按“重试”。</translation>
    </message>
    <message>
        <source>Check that the data folder can be reached.</source>
        <translation>请确认数据文件夹可以访问。</translation>
    </message>
    <message>
        <source>Check that the file is still there.</source>
        <translation>请确认文件仍然存在。</translation>
    </message>
    <message>
        <source>Check that the folder exists and that you may write to it.</source>
        <translation>请确认文件夹存在且可以写入。</translation>
    </message>
    <message>
        <source>Check that you may read it.</source>
        <translation>请确认您有读取权限。</translation>
    </message>
    <message>
        <source>Check the disk and its free space, then try again; everything saved before is safe.</source>
        <translation>请检查磁盘及可用空间后重试；此前保存的内容都安全。</translation>
    </message>
    <message>
        <source>Check the network (behind a proxy, set HTTPS_PROXY) and try again: it continues where it was; or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>请检查网络（使用代理时设置 HTTPS_PROXY）后重试，会从中断处继续，或以离线包导入模型：otoscribe models import 文件。</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>请检查路径。</translation>
    </message>
    <message>
        <source>Choose a file with a sound track.</source>
        <translation>请选择含有声音的文件。</translation>
    </message>
    <message>
        <source>Choose a recording made here.</source>
        <translation>请选择在这里录制的录音。</translation>
    </message>
    <message>
        <source>Choose a recording; the file is where it was.</source>
        <translation>请选择录音；文件仍在原处。</translation>
    </message>
    <message>
        <source>Choose another folder, or say that it is replaced.</source>
        <translation>请选择其他文件夹，或选择替换。</translation>
    </message>
    <message>
        <source>Choose another folder, or the files themselves.</source>
        <translation>请选择其他文件夹，或直接选择文件。</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Choose another name, or run: otoscribe adapt remove {name}</source>
        <translation>请换一个名称，或运行：otoscribe adapt remove {name}</translation>
    </message>
    <message>
        <source>Choose another one, or free it there.</source>
        <translation>请选择其他按键，或在那里释放它。</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>请选择其他按键。</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>请选择其他位置。</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>请选择其他语言。</translation>
    </message>
    <message>
        <source>Choose different ones.</source>
        <translation>请选择不同的按键。</translation>
    </message>
    <message>
        <source>Choose it again and allow it when you are asked.</source>
        <translation>请重新选择，并在询问时允许。</translation>
    </message>
    <message>
        <source>Choose one of the note&apos;s recordings.</source>
        <translation>请选择这份病历的录音。</translation>
    </message>
    <message>
        <source>Choose them again.</source>
        <translation>请重新选择。</translation>
    </message>
    <message>
        <source>Click into the field yourself, come back and transfer again.</source>
        <translation>请自行点击该输入框，返回后再次传送。</translation>
    </message>
    <message>
        <source>Click into the one where the text belongs, then come back and transfer again.</source>
        <translation>请点击文本应进入的窗口，返回后再次传送。</translation>
    </message>
    <message>
        <source>Click into the right one, come back and transfer again.</source>
        <translation>请点击正确的窗口，返回后再次传送。</translation>
    </message>
    <message>
        <source>Close Otoscribe and start it again.</source>
        <translation>请退出 Otoscribe 后重新启动。</translation>
    </message>
    <message>
        <source>Close it and try again.</source>
        <translation>请关闭它后重试。</translation>
    </message>
    <message>
        <source>Close it with ].</source>
        <translation>请用 ] 结束。</translation>
    </message>
    <message>
        <source>Close other programs and try again.</source>
        <translation>请关闭其他程序后重试。</translation>
    </message>
    <message>
        <source>Close other programs that use it; under Linux, docs/control.md says how to be allowed to.</source>
        <translation>请关闭使用它的其他程序；在 Linux 下，docs/control.md 说明如何获得许可。</translation>
    </message>
    <message>
        <source>Close other programs that work hard, and read this passage again; the recording goes on.</source>
        <translation>请关闭其他占用资源的程序，并重读这一段；录音仍在继续。</translation>
    </message>
    <message>
        <source>Close that program, then play again.</source>
        <translation>请关闭该程序，然后重新播放。</translation>
    </message>
    <message>
        <source>Close that window first. Two would write over each other&apos;s notes.</source>
        <translation>请先关闭那个窗口。两个窗口会相互覆盖病历。</translation>
    </message>
    <message>
        <source>Close the program that uses it (a call, a browser tab) or choose another microphone, then record again.</source>
        <translation>请关闭正在使用它的程序（通话、浏览器标签页），或选择其他麦克风，然后重新录音。</translation>
    </message>
    <message>
        <source>Close the programs that use it and try again.</source>
        <translation>请关闭正在使用它的程序后重试。</translation>
    </message>
    <message>
        <source>Connect its drive, or choose another folder; Otoscribe looks again by itself.</source>
        <translation>请连接其驱动器或选择其他文件夹；Otoscribe 会自动再次查看。</translation>
    </message>
    <message>
        <source>Copy the newest backup, {backup}, to its place (move away {name}-wal first if it is there), or move the backups away to start anew.</source>
        <translation>请把最新备份 {backup} 复制到原处（如有 {name}-wal 请先移走），或移走备份重新开始。</translation>
    </message>
    <message>
        <source>Correct it first; it has been left as it is.</source>
        <translation>请先更正；文件保持原样。</translation>
    </message>
    <message>
        <source>Correct it; its phrases are left out.</source>
        <translation>请更正；其中的短语未采用。</translation>
    </message>
    <message>
        <source>Correct that line, or remove it for the default.</source>
        <translation>请改正该行，或删除该行以使用默认值。</translation>
    </message>
    <message>
        <source>Correct the file or delete it, and teach it anew.</source>
        <translation>请更正或删除该文件，并重新学习。</translation>
    </message>
    <message>
        <source>Correct the file, or move it away to start with the defaults.</source>
        <translation>请改正文件，或移走它以使用默认设置。</translation>
    </message>
    <message>
        <source>Dates: Days, months and years; their capitals.</source>
        <translation>日期：年、月、日及其大写。</translation>
    </message>
    <message>
        <source>Delete that character and type the word anew.</source>
        <translation>请删除该字符并重新输入该词。</translation>
    </message>
    <message>
        <source>Dictate or type its text first.</source>
        <translation>请先口述或输入正文。</translation>
    </message>
    <message>
        <source>Dictate, correct and sign some more notes: about 20 utterances with corrections are needed.</source>
        <translation>请再口述、更正并签署一些病历：大约需要 20 段带更正的话。</translation>
    </message>
    <message>
        <source>Divide it by specialty and import the parts that you dictate.</source>
        <translation>请按专科拆分，只导入您口述用到的部分。</translation>
    </message>
    <message>
        <source>Divide it into several templates.</source>
        <translation>请拆分成几个模板。</translation>
    </message>
    <message>
        <source>Divide it.</source>
        <translation>请拆分。</translation>
    </message>
    <message>
        <source>Divide them by |, as in [side: left | right].</source>
        <translation>请用 | 分隔，如 [侧别: 左 | 右]。</translation>
    </message>
    <message>
        <source>Durations: A 3-month supply, a 24-hour urine.</source>
        <translation>时长：a 3-month supply、a 24-hour urine。</translation>
    </message>
    <message>
        <source>Export the note as DOCX or text instead.</source>
        <translation>请改为导出 DOCX 或文本。</translation>
    </message>
    <message>
        <source>Fetch the model again with: otoscribe models pull NAME.</source>
        <translation>请重新获取模型：otoscribe models pull 名称。</translation>
    </message>
    <message>
        <source>Fill in how it is to be written.</source>
        <translation>请填写其写法。</translation>
    </message>
    <message>
        <source>Fill in the column written, or delete the row.</source>
        <translation>请填写 written 列，或删除该行。</translation>
    </message>
    <message>
        <source>Fill it, a term a line, and try again.</source>
        <translation>请填入内容，每行一个术语，然后重试。</translation>
    </message>
    <message>
        <source>Fractions: 120 over 80, 5 out of 10, one half.</source>
        <translation>分数：120 over 80、5 out of 10、one half。</translation>
    </message>
    <message>
        <source>Free some space and make the folder writable, then try again; the recording is where it was.</source>
        <translation>请释放空间并使文件夹可写，然后重试；录音仍在原处。</translation>
    </message>
    <message>
        <source>Free some space and save again; everything saved before is safe.</source>
        <translation>请释放空间后重新保存；此前保存的内容都安全。</translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation>请释放空间后重试。</translation>
    </message>
    <message>
        <source>Free some space and try again: what was fetched is kept.</source>
        <translation>请释放空间后重试：已获取的内容会保留。</translation>
    </message>
    <message>
        <source>Free some space or make the folder writable; nothing has been changed.</source>
        <translation>请释放空间或使文件夹可写；没有更改任何内容。</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>请腾出空间。</translation>
    </message>
    <message>
        <source>Free {needed} MB or more, then press Try again; the file is where it was.</source>
        <translation>请腾出 {needed} MB 或更多空间，然后按“重试”；文件仍在原处。</translation>
    </message>
    <message>
        <source>Frequencies: q6h, BID, PRN.</source>
        <translation>用药频次：q6h、BID、PRN。</translation>
    </message>
    <message>
        <source>Gauges: 18-gauge, 14 French, 3-0 Vicryl.</source>
        <translation>规格：18-gauge、14 French、3-0 Vicryl。</translation>
    </message>
    <message>
        <source>Give a spoken form with the same, or leave it out.</source>
        <translation>请给出不改变这些内容的读法，或不填。</translation>
    </message>
    <message>
        <source>Give another name to write to.</source>
        <translation>请另取一个名称。</translation>
    </message>
    <message>
        <source>Give another name, or replace it with --replace.</source>
        <translation>请换一个名称，或用 --replace 替换。</translation>
    </message>
    <message>
        <source>Give both.</source>
        <translation>请两者都填写。</translation>
    </message>
    <message>
        <source>Give it one of its own.</source>
        <translation>请另取一个名称。</translation>
    </message>
    <message>
        <source>Give one of the two.</source>
        <translation>请只填其中一项。</translation>
    </message>
    <message>
        <source>Give such a number, or leave the cell empty.</source>
        <translation>请填写这样的数字，或留空。</translation>
    </message>
    <message>
        <source>Give the name of the document to write.</source>
        <translation>请给出要写入的文档名称。</translation>
    </message>
    <message>
        <source>Go on, and if it happens again, send the log file to your administrator: it holds no text and no sound.</source>
        <translation>请继续工作；如再次发生，请把日志文件发给管理员：其中没有文字和声音内容。</translation>
    </message>
    <message>
        <source>Headings: Heading plan.</source>
        <translation>标题：heading plan。</translation>
    </message>
    <message>
        <source>IU can be read as IV or 10</source>
        <translation>IU 可能被看成 IV 或 10</translation>
    </message>
    <message>
        <source>If your network inspects encrypted traffic, set REQUESTS_CA_BUNDLE to the PEM file with its root certificate and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>如果您的网络会检查加密流量，请把 REQUESTS_CA_BUNDLE 设为含根证书的 PEM 文件后重试，或以离线包导入模型：otoscribe models import 文件。</translation>
    </message>
    <message>
        <source>Import a list of terms under Lexicons (Ctrl+L), a template under Templates (Ctrl+Shift+I).</source>
        <translation>术语列表请在“术语表”（Ctrl+L）中导入，模板请在“模板”（Ctrl+Shift+I）中导入。</translation>
    </message>
    <message>
        <source>In the settings file {path}, version is not a whole number</source>
        <translation>设置文件 {path} 中的 version 不是整数</translation>
    </message>
    <message>
        <source>In the settings file {path}, {name} must be {metadata}</source>
        <translation>设置文件 {path} 中的 {name} 须为 {metadata}</translation>
    </message>
    <message>
        <source>Install Otoscribe anew, or go on without pedals.</source>
        <translation>请重新安装 Otoscribe，或不使用脚踏继续。</translation>
    </message>
    <message>
        <source>Install libxcb1.</source>
        <translation>请安装 libxcb1。</translation>
    </message>
    <message>
        <source>It holds something that is no text</source>
        <translation>其中有非文本内容</translation>
    </message>
    <message>
        <source>It holds unknown entries</source>
        <translation>其中有未知的条目</translation>
    </message>
    <message>
        <source>It is not said whose corrections are meant</source>
        <translation>没有说明是谁的更正</translation>
    </message>
    <message>
        <source>It is taken as soon as it stands still.</source>
        <translation>停止变化后即会处理。</translation>
    </message>
    <message>
        <source>It may have been removed; look again.</source>
        <translation>它可能已被移除；请重新查看。</translation>
    </message>
    <message>
        <source>It needs a text or a command, not both</source>
        <translation>需要文字或命令，不能两者都有</translation>
    </message>
    <message>
        <source>It runs as administrator, or the screen is locked: paste by hand.</source>
        <translation>该程序以管理员身份运行，或屏幕已锁定：请手动粘贴。</translation>
    </message>
    <message>
        <source>Keep one of the two lines.</source>
        <translation>请保留其中一行。</translation>
    </message>
    <message>
        <source>Keep those that are really said.</source>
        <translation>请只保留确实会说的读法。</translation>
    </message>
    <message>
        <source>Keep what is dictated in one breath, and make the rest a term of its own.</source>
        <translation>请保留一口气说完的部分，其余另作一个术语。</translation>
    </message>
    <message>
        <source>Keys for the whole screen are not made for this system yet</source>
        <translation>此系统尚不支持全局按键</translation>
    </message>
    <message>
        <source>Layout: New line, new paragraph, bullet point.</source>
        <translation>版式：new line、new paragraph、bullet point。</translation>
    </message>
    <message>
        <source>Leave the * before one of them.</source>
        <translation>请只保留其中一个前面的 *。</translation>
    </message>
    <message>
        <source>Let go of Shift, Ctrl and Alt and transfer again.</source>
        <translation>请松开 Shift、Ctrl 和 Alt，再次传送。</translation>
    </message>
    <message>
        <source>Let it be chosen: [side: left | right].</source>
        <translation>请改为选择：[侧别: 左 | 右]。</translation>
    </message>
    <message>
        <source>Let it name the PEM file with the root certificates that your network needs.</source>
        <translation>请让它指向含有所需根证书的 PEM 文件。</translation>
    </message>
    <message>
        <source>Line {line}: the spoken form {form} has another {changed} than {written}; it is never used. Mend the one or the other.</source>
        <translation>第 {line} 行：读法 {form} 与 {written} 不一致（{changed}），不会使用。请改正其一。</translation>
    </message>
    <message>
        <source>Line {line}{found}: {reason}. {mend}</source>
        <translation>第 {line} 行{found}:{reason}。{mend}</translation>
    </message>
    <message>
        <source>Lines {lines} and {lines2} have the spoken form {form} in common.</source>
        <translation>第 {lines} 行和第 {lines2} 行有相同的读法 {form}。</translation>
    </message>
    <message>
        <source>Look at the file.</source>
        <translation>请检查该文件。</translation>
    </message>
    <message>
        <source>Look at the list anew.</source>
        <translation>请重新查看列表。</translation>
    </message>
    <message>
        <source>Look what was pasted there.</source>
        <translation>请检查那里粘贴了什么。</translation>
    </message>
    <message>
        <source>Look whether it is the right place; then transfer again.</source>
        <translation>请确认位置是否正确，然后再次传送。</translation>
    </message>
    <message>
        <source>MS can be read as morphine sulfate or magnesium sulfate</source>
        <translation>MS 可能被理解为硫酸吗啡或硫酸镁</translation>
    </message>
    <message>
        <source>MSO4 and MgSO4 can be taken for each other</source>
        <translation>MSO4 和 MgSO4 容易混淆</translation>
    </message>
    <message>
        <source>Make it first, or choose another.</source>
        <translation>请先创建它，或选择其他。</translation>
    </message>
    <message>
        <source>Make it readable.</source>
        <translation>请使其可读。</translation>
    </message>
    <message>
        <source>Make it readable; it is left out.</source>
        <translation>请使其可读；该文件未采用。</translation>
    </message>
    <message>
        <source>Make it smaller; it is left out.</source>
        <translation>请缩小文件；该文件未采用。</translation>
    </message>
    <message>
        <source>Make it writable for you, or close the programs that use the model, and try again.</source>
        <translation>请使其可写，或关闭使用该模型的程序，然后重试。</translation>
    </message>
    <message>
        <source>Make it writable, or set OTOSCRIBE_HOME to a folder that is.</source>
        <translation>请使其可写，或把 OTOSCRIBE_HOME 设为可写的文件夹。</translation>
    </message>
    <message>
        <source>Make its folder writable.</source>
        <translation>请使其文件夹可写。</translation>
    </message>
    <message>
        <source>Make the file and its folder writable for your user, or set OTOSCRIBE_HOME to a folder that is.</source>
        <translation>请使该文件及其文件夹对您可写，或把 OTOSCRIBE_HOME 设为可写的文件夹。</translation>
    </message>
    <message>
        <source>Make the file writable, or move it away to count anew.</source>
        <translation>请使文件可写，或移走它重新计数。</translation>
    </message>
    <message>
        <source>Make the folder readable.</source>
        <translation>请使文件夹可读。</translation>
    </message>
    <message>
        <source>Make the folder writable or free some space; the old ones are kept.</source>
        <translation>请使文件夹可写或释放空间；原有内容已保留。</translation>
    </message>
    <message>
        <source>Make the folder writable or free some space; the old settings are kept.</source>
        <translation>请使文件夹可写或释放空间；原设置已保留。</translation>
    </message>
    <message>
        <source>Make the folder writable or free some space; what was there before is kept.</source>
        <translation>请使文件夹可写或释放空间；原有内容已保留。</translation>
    </message>
    <message>
        <source>More such spoken forms follow.</source>
        <translation>后面还有这样的读法。</translation>
    </message>
    <message>
        <source>Move it away: the lexicons stay, but switches and terms taken back are forgotten.</source>
        <translation>请移走它：术语表会保留，但启用状态和已移除的术语会丢失。</translation>
    </message>
    <message>
        <source>Move it to where it belongs; Otoscribe makes its own.</source>
        <translation>请把它移回原处；Otoscribe 会创建自己的数据库。</translation>
    </message>
    <message>
        <source>Name a file with terms in it.</source>
        <translation>请指定含有术语的文件。</translation>
    </message>
    <message>
        <source>Name the audio files in it.</source>
        <translation>请指定其中的音频文件。</translation>
    </message>
    <message>
        <source>Name the folder of a Whisper model in Hugging Face or CTranslate2 form.</source>
        <translation>请指定 Hugging Face 或 CTranslate2 格式的 Whisper 模型文件夹。</translation>
    </message>
    <message>
        <source>Names: Spelling of known names: Salter-Harris, E. coli, X-ray.</source>
        <translation>专名：常见专名的写法，如 Salter-Harris、E. coli、X-ray。</translation>
    </message>
    <message>
        <source>No adapter of {base} is in use</source>
        <translation>{base} 没有使用中的适配器</translation>
    </message>
    <message>
        <source>No loudspeaker can be opened ({error})</source>
        <translation>无法打开扬声器（{error}）</translation>
    </message>
    <message>
        <source>No microphone was found</source>
        <translation>未找到麦克风</translation>
    </message>
    <message>
        <source>No window of another program had the focus yet</source>
        <translation>尚无其他程序的窗口获得过焦点</translation>
    </message>
    <message>
        <source>Note {note_id} has no text to sign</source>
        <translation>病历 {note_id} 没有可签署的正文</translation>
    </message>
    <message>
        <source>Note {note_id} is a draft</source>
        <translation>病历 {note_id} 是草稿</translation>
    </message>
    <message>
        <source>Nothing was changed; close the other program, then try again.</source>
        <translation>没有更改任何内容；请关闭另一个程序后重试。</translation>
    </message>
    <message>
        <source>Nothing was recorded</source>
        <translation>没有录到内容</translation>
    </message>
    <message>
        <source>Numbers: Numbers in words become digits where medicine writes digits.</source>
        <translation>数字：医学上用数字书写之处，把英文数词写成数字。</translation>
    </message>
    <message>
        <source>One * marks the default.</source>
        <translation>一个 * 表示默认值。</translation>
    </message>
    <message>
        <source>One key can&apos;t do both</source>
        <translation>一个按键不能兼做两事</translation>
    </message>
    <message>
        <source>Only your own templates can be deleted.</source>
        <translation>只能删除您自己的模板。</translation>
    </message>
    <message>
        <source>Open it in a player to check it, or convert it to WAV or FLAC.</source>
        <translation>请用播放器打开检查，或转换成 WAV 或 FLAC。</translation>
    </message>
    <message>
        <source>Ordinals: 4th metacarpal, 21st day.</source>
        <translation>序数：4th metacarpal、21st day。</translation>
    </message>
    <message>
        <source>Otoscribe learns from corrections in English only so far</source>
        <translation>Otoscribe 目前只能从英语更正中学习</translation>
    </message>
    <message>
        <source>Paste by hand.</source>
        <translation>请手动粘贴。</translation>
    </message>
    <message>
        <source>Percent: Ten percent becomes 10%.</source>
        <translation>百分数：ten percent 写成 10%。</translation>
    </message>
    <message>
        <source>Phrase {number} of the file {name} is left out: {what}</source>
        <translation>文件 {name} 的第 {number} 条短语未采用：{what}</translation>
    </message>
    <message>
        <source>Plug in a loudspeaker or headphones and choose them in the system&apos;s sound settings, then play again.</source>
        <translation>请接好扬声器或耳机，在系统声音设置中选择它，然后重新播放。</translation>
    </message>
    <message>
        <source>Plug it in again or choose another, and allow the microphone in the system&apos;s privacy settings.</source>
        <translation>请重新接好或选择其他麦克风，并在系统隐私设置中允许使用麦克风。</translation>
    </message>
    <message>
        <source>Plug it in or choose another, then record again.</source>
        <translation>请接好它或选择其他麦克风，然后重新录音。</translation>
    </message>
    <message>
        <source>Plug it in, then play again.</source>
        <translation>请接好它，然后重新播放。</translation>
    </message>
    <message>
        <source>Plug one in or allow it in the system&apos;s privacy settings, then record again.</source>
        <translation>请接好麦克风或在系统隐私设置中允许使用，然后重新录音。</translation>
    </message>
    <message>
        <source>Press Record and say the term.</source>
        <translation>请按“录音”并说出该术语。</translation>
    </message>
    <message>
        <source>Press Try again when it is done.</source>
        <translation>完成后请按“重试”。</translation>
    </message>
    <message>
        <source>Press Try again; if it happens again, send the log file to your administrator.</source>
        <translation>请按“重试”；如再次发生，请将日志文件发送给管理员。</translation>
    </message>
    <message>
        <source>Punctuation: Marks that are said: comma, full stop, open bracket.</source>
        <translation>标点：说出的标点，如 comma、full stop、open bracket。</translation>
    </message>
    <message>
        <source>Put a blank line first.</source>
        <translation>请先加一个空行。</translation>
    </message>
    <message>
        <source>Put a line such as written,spoken,category above it: only written is needed.</source>
        <translation>请在首行加上列名，如 written,spoken,category：只有 written 是必需的。</translation>
    </message>
    <message>
        <source>Put it back or connect its drive and press Try again, or take it off the list.</source>
        <translation>请放回文件或连接其驱动器后按“重试”，或将其从列表移除。</translation>
    </message>
    <message>
        <source>Put it where it belongs.</source>
        <translation>请把它放回原处。</translation>
    </message>
    <message>
        <source>Put its cursor into a text field and transfer again.</source>
        <translation>请将光标放入其文本框，再次传送。</translation>
    </message>
    <message>
        <source>Put quotation marks around what is said and done.</source>
        <translation>请给说法和内容加上引号。</translation>
    </message>
    <message>
        <source>QD can be read as QID or QOD</source>
        <translation>QD 可能被看成 QID 或 QOD</translation>
    </message>
    <message>
        <source>QOD can be read as QD or QID</source>
        <translation>QOD 可能被看成 QD 或 QID</translation>
    </message>
    <message>
        <source>Ranges: 4 to 6 weeks becomes 4-6 weeks.</source>
        <translation>范围：4 to 6 weeks 写成 4-6 weeks。</translation>
    </message>
    <message>
        <source>Ratios: A dilution of one to two hundred becomes 1:200.</source>
        <translation>比例：a dilution of one to two hundred 写成 1:200。</translation>
    </message>
    <message>
        <source>Record it again or choose another file.</source>
        <translation>请重新录制或选择其他文件。</translation>
    </message>
    <message>
        <source>Recordings are kept with their notes until the model is there.</source>
        <translation>模型就绪之前，录音会保留在病历中。</translation>
    </message>
    <message>
        <source>Remove it with otoscribe lexicon remove and import it again, or put the file back from a backup.</source>
        <translation>请用 otoscribe lexicon remove 移除后重新导入，或从备份恢复文件。</translation>
    </message>
    <message>
        <source>Remove that file; then promote the adapter that you want.</source>
        <translation>请移除该文件，然后启用您要的适配器。</translation>
    </message>
    <message>
        <source>Roman: Cranial nerve VII, stage III, factor VIII.</source>
        <translation>罗马数字：cranial nerve VII、stage III、factor VIII。</translation>
    </message>
    <message>
        <source>Run: otoscribe models pull {name}</source>
        <translation>请运行：otoscribe models pull {name}</translation>
    </message>
    <message>
        <source>Run: otoscribe models remove {name}, or import this one under another name with --name.</source>
        <translation>请运行：otoscribe models remove {name}，或用 --name 以其他名称导入。</translation>
    </message>
    <message>
        <source>Save it as .docx in Word, or do without it.</source>
        <translation>请在 Word 中另存为 .docx，或不使用它。</translation>
    </message>
    <message>
        <source>Save it as UTF-8; it is left out.</source>
        <translation>请另存为 UTF-8；该文件未采用。</translation>
    </message>
    <message>
        <source>Save it as plain text.</source>
        <translation>请另存为纯文本。</translation>
    </message>
    <message>
        <source>Save the terms as plain text or CSV, in UTF-8.</source>
        <translation>请把术语存为 UTF-8 纯文本或 CSV。</translation>
    </message>
    <message>
        <source>Say something else for it.</source>
        <translation>请换一种说法。</translation>
    </message>
    <message>
        <source>See its terms with: otoscribe lexicon show {name}</source>
        <translation>查看其中的术语：otoscribe lexicon show {name}</translation>
    </message>
    <message>
        <source>See the names with: otoscribe lexicon list</source>
        <translation>查看名称：otoscribe lexicon list</translation>
    </message>
    <message>
        <source>See what there is with: otoscribe adapt list</source>
        <translation>查看已有内容：otoscribe adapt list</translation>
    </message>
    <message>
        <source>See: otoscribe templates list</source>
        <translation>参见：otoscribe templates list</translation>
    </message>
    <message>
        <source>Set HTTPS_PROXY to http://NAME:PASSWORD@HOST:PORT and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>请把 HTTPS_PROXY 设为 http://名称:密码@主机:端口 后重试，或以离线包导入模型：otoscribe models import 文件。</translation>
    </message>
    <message>
        <source>Set PIP_INDEX_URL (or pip&apos;s index-url) to a mirror that has it, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>请把 PIP_INDEX_URL（或 pip 的 index-url）设为有该包的镜像，或以离线包导入模型：otoscribe models import 文件。</translation>
    </message>
    <message>
        <source>Set PIP_INDEX_URL to a registry or mirror that you may use, {bundle_instead}.</source>
        <translation>请把 PIP_INDEX_URL 设为您可用的软件源或镜像，{bundle_instead}。</translation>
    </message>
    <message>
        <source>Set your name in the settings, or give --author NAME.</source>
        <translation>请在设置中填写您的姓名，或给出 --author 姓名。</translation>
    </message>
    <message>
        <source>Set your name in the settings, or give it as author.</source>
        <translation>请在设置中填写您的姓名，或作为 author 给出。</translation>
    </message>
    <message>
        <source>Shorten it, and divide several spoken forms by |.</source>
        <translation>请缩短，多个读法用 | 分隔。</translation>
    </message>
    <message>
        <source>Shorten it.</source>
        <translation>请缩短。</translation>
    </message>
    <message>
        <source>Sizes: 3 by 2 centimeters becomes 3 x 2 cm.</source>
        <translation>尺寸：3 by 2 centimeters 写成 3 x 2 cm。</translation>
    </message>
    <message>
        <source>Something on the way may have changed it: check proxy and mirror and try again, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>传输途中可能被更改：请检查代理和镜像后重试，或以离线包导入模型：otoscribe models import 文件。</translation>
    </message>
    <message>
        <source>Something went wrong inside Otoscribe with this file</source>
        <translation>Otoscribe 处理此文件时内部出错</translation>
    </message>
    <message>
        <source>Something went wrong inside Otoscribe; what you said and wrote is kept</source>
        <translation>Otoscribe 内部出错；您说的和写的内容都已保留</translation>
    </message>
    <message>
        <source>Staging: T2N0M0, G2P1, B12: letters with numbers.</source>
        <translation>分期：T2N0M0、G2P1、B12 等字母加数字。</translation>
    </message>
    <message>
        <source>Start Otoscribe anew from your desktop.</source>
        <translation>请从桌面重新启动 Otoscribe。</translation>
    </message>
    <message>
        <source>Stop and start another.</source>
        <translation>请停止并开始新的录音。</translation>
    </message>
    <message>
        <source>Switch it off with: otoscribe lexicon off {name}, or take back single terms with remove --term.</source>
        <translation>停用它：otoscribe lexicon off {name}，或用 remove --term 移除单个术语。</translation>
    </message>
    <message>
        <source>Take a function key, Pause or ScrollLock, or a letter with Ctrl, Alt or the system key.</source>
        <translation>请使用功能键、Pause 或 ScrollLock，或字母与 Ctrl、Alt、系统键的组合。</translation>
    </message>
    <message>
        <source>Take it out; there are {known}.</source>
        <translation>请去掉它；可用的有 {known}。</translation>
    </message>
    <message>
        <source>Take one of them out.</source>
        <translation>请删去其中一个。</translation>
    </message>
    <message>
        <source>Take out the spoken form that is wrong, if one is.</source>
        <translation>如有错误的读法，请删除。</translation>
    </message>
    <message>
        <source>Take the * away.</source>
        <translation>请去掉 *。</translation>
    </message>
    <message>
        <source>Take the line out.</source>
        <translation>请删去此行。</translation>
    </message>
    <message>
        <source>Take two words or more: ordinary speech would set it off otherwise.</source>
        <translation>请用两个以上的词：否则平常说话会误触发。</translation>
    </message>
    <message>
        <source>Take {name}, for example.</source>
        <translation>例如使用 {name}。</translation>
    </message>
    <message>
        <source>Temperatures: Degrees Celsius becomes °C.</source>
        <translation>温度：degrees Celsius 写成 °C。</translation>
    </message>
    <message>
        <source>Templates are files that end in .txt.</source>
        <translation>模板是以 .txt 结尾的文件。</translation>
    </message>
    <message>
        <source>The PDF cannot show writing from right to left</source>
        <translation>PDF 无法显示从右向左的文字</translation>
    </message>
    <message>
        <source>The adapter {name} was made for other weights than those of {name2}</source>
        <translation>适配器 {name} 与 {name2} 的权重不符</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted on this machine</source>
        <translation>这台电脑不信任 {host} 的证书</translation>
    </message>
    <message>
        <source>The commands can&apos;t be kept in {path} ({strerror})</source>
        <translation>无法将命令保存到 {path}（{strerror}）</translation>
    </message>
    <message>
        <source>The computer was too busy to hear everything: a moment of sound is missing</source>
        <translation>电脑太忙，没能听全：缺少一小段声音</translation>
    </message>
    <message>
        <source>The counters of terms in {path} cannot be used ({error})</source>
        <translation>{path} 中的术语计数无法使用（{error}）</translation>
    </message>
    <message>
        <source>The desktop did not give the key</source>
        <translation>桌面未授予该按键</translation>
    </message>
    <message>
        <source>The device cannot be opened</source>
        <translation>无法打开该设备</translation>
    </message>
    <message>
        <source>The disk cannot be read</source>
        <translation>磁盘无法读取</translation>
    </message>
    <message>
        <source>The disk is full, or refuses large files, at {folder}</source>
        <translation>{folder} 所在磁盘已满或不接受大文件</translation>
    </message>
    <message>
        <source>The disk is full: the change was not written to {database}</source>
        <translation>磁盘已满：更改未写入 {database}</translation>
    </message>
    <message>
        <source>The disk is full: {folder} takes no more audio</source>
        <translation>磁盘已满：{folder} 无法再存声音</translation>
    </message>
    <message>
        <source>The disk is too full to write {name} down</source>
        <translation>磁盘空间不足，无法转写 {name}</translation>
    </message>
    <message>
        <source>The disk refused to read or write {database}</source>
        <translation>磁盘拒绝读写 {database}</translation>
    </message>
    <message>
        <source>The file {database} is a database of another program</source>
        <translation>文件 {database} 是其他程序的数据库</translation>
    </message>
    <message>
        <source>The file {name} holds something else than phrases</source>
        <translation>文件 {name} 含有短语以外的内容</translation>
    </message>
    <message>
        <source>The file {name} is not TOML ({error})</source>
        <translation>文件 {name} 不是 TOML（{error}）</translation>
    </message>
    <message>
        <source>The file {path} can&apos;t be read ({strerror})</source>
        <translation>无法读取文件 {path}（{strerror}）</translation>
    </message>
    <message>
        <source>The file {path} is larger than a megabyte</source>
        <translation>文件 {path} 大于 1 MB</translation>
    </message>
    <message>
        <source>The file {path} is not TOML ({error})</source>
        <translation>文件 {path} 不是 TOML（{error}）</translation>
    </message>
    <message>
        <source>The file {path} is not UTF-8 text</source>
        <translation>文件 {path} 不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>The focus has gone to another window; nothing was pasted</source>
        <translation>焦点已转到另一窗口；未粘贴任何内容</translation>
    </message>
    <message>
        <source>The focus has gone to another window; {typed} of {count} characters were typed</source>
        <translation>焦点已转到另一窗口；已键入 {count} 个字符中的 {typed} 个</translation>
    </message>
    <message>
        <source>The folder of unsaved recordings {folder} cannot be read ({strerror})</source>
        <translation>无法读取未保存录音的文件夹 {folder}（{strerror}）</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be made ({strerror})</source>
        <translation>无法创建文件夹 {folder}（{strerror}）</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be read ({strerror})</source>
        <translation>无法读取文件夹 {folder}（{strerror}）</translation>
    </message>
    <message>
        <source>The folder {name} holds no audio files</source>
        <translation>文件夹 {name} 中没有音频文件</translation>
    </message>
    <message>
        <source>The folder {parent} is not there</source>
        <translation>文件夹 {parent} 不存在</translation>
    </message>
    <message>
        <source>The folder {path} holds no text files</source>
        <translation>文件夹 {path} 中没有文本文件</translation>
    </message>
    <message>
        <source>The keyboard has too few free keys for this text</source>
        <translation>键盘上的空闲键不足以输入此文本</translation>
    </message>
    <message>
        <source>The layout cannot be written ({strerror})</source>
        <translation>无法写入布局（{strerror}）</translation>
    </message>
    <message>
        <source>The layout {name} cannot be read ({error})</source>
        <translation>无法读取布局 {name}（{error}）</translation>
    </message>
    <message>
        <source>The layout {name} cannot be read ({wrong})</source>
        <translation>无法读取布局 {name}（{wrong}）</translation>
    </message>
    <message>
        <source>The lexicon {name} holds no such term</source>
        <translation>术语表 {name} 中没有该术语</translation>
    </message>
    <message>
        <source>The lexicon {name} is {belongs}</source>
        <translation>术语表 {name} 属于 {belongs}</translation>
    </message>
    <message>
        <source>The lexicon {path} cannot be read ({strerror})</source>
        <translation>无法读取术语表 {path}（{strerror}）</translation>
    </message>
    <message>
        <source>The lexicon {path} is damaged</source>
        <translation>术语表 {path} 已损坏</translation>
    </message>
    <message>
        <source>The lexicon {path} is from another version of Otoscribe</source>
        <translation>术语表 {path} 来自其他版本的 Otoscribe</translation>
    </message>
    <message>
        <source>The library for X11 is missing</source>
        <translation>缺少 X11 库</translation>
    </message>
    <message>
        <source>The library for pedals is missing (hidapi)</source>
        <translation>缺少脚踏库（hidapi）</translation>
    </message>
    <message>
        <source>The loudspeaker is gone</source>
        <translation>扬声器已断开</translation>
    </message>
    <message>
        <source>The loudspeaker is used by another program</source>
        <translation>扬声器正被其他程序使用</translation>
    </message>
    <message>
        <source>The microphone is gone</source>
        <translation>麦克风已断开</translation>
    </message>
    <message>
        <source>The microphone {name} cannot be opened ({error})</source>
        <translation>无法打开麦克风 {name}（{error}）</translation>
    </message>
    <message>
        <source>The microphone {name} is gone</source>
        <translation>麦克风 {name} 已断开</translation>
    </message>
    <message>
        <source>The microphone {name} is not there</source>
        <translation>麦克风 {name} 不存在</translation>
    </message>
    <message>
        <source>The microphone {name} is used by another program</source>
        <translation>麦克风 {name} 正被其他程序使用</translation>
    </message>
    <message>
        <source>The model needs {needed_bytes} MB of disk space in {folder}, and {free_bytes} MB are free</source>
        <translation>模型在 {folder} 需要 {needed_bytes} MB 空间，可用 {free_bytes} MB</translation>
    </message>
    <message>
        <source>The model writes as before.</source>
        <translation>模型仍按原样转写。</translation>
    </message>
    <message>
        <source>The model {name} is damaged: {error}</source>
        <translation>模型 {name} 已损坏：{error}</translation>
    </message>
    <message>
        <source>The model {name} is damaged: {problems}</source>
        <translation>模型 {name} 已损坏：{problems}</translation>
    </message>
    <message>
        <source>The model {name} is not installed</source>
        <translation>模型 {name} 未安装</translation>
    </message>
    <message>
        <source>The model&apos;s tokenizer.json is damaged</source>
        <translation>模型的 tokenizer.json 已损坏</translation>
    </message>
    <message>
        <source>The model&apos;s {name} is missing or damaged</source>
        <translation>模型的 {name} 缺失或已损坏</translation>
    </message>
    <message>
        <source>The models folder {folder} cannot be used ({strerror})</source>
        <translation>模型文件夹 {folder} 无法使用（{strerror}）</translation>
    </message>
    <message>
        <source>The notes in {database} are in use by another program</source>
        <translation>{database} 中的病历正被其他程序使用</translation>
    </message>
    <message>
        <source>The notes in {database} cannot be opened ({strerror})</source>
        <translation>无法打开 {database} 中的病历（{strerror}）</translation>
    </message>
    <message>
        <source>The notes in {database} cannot be opened for writing</source>
        <translation>无法以写入方式打开 {database} 中的病历</translation>
    </message>
    <message>
        <source>The notes in {database} were written by a newer version of Otoscribe</source>
        <translation>{database} 中的病历由更新版本的 Otoscribe 写入</translation>
    </message>
    <message>
        <source>The notes&apos; database {database} is damaged</source>
        <translation>病历数据库 {database} 已损坏</translation>
    </message>
    <message>
        <source>The notes&apos; database {database} is missing or empty, but it has been there before</source>
        <translation>病历数据库 {database} 缺失或为空，但以前存在过</translation>
    </message>
    <message>
        <source>The other program took no text</source>
        <translation>另一程序未接收文本</translation>
    </message>
    <message>
        <source>The other window does not take the focus</source>
        <translation>另一窗口未接受焦点</translation>
    </message>
    <message>
        <source>The other window shows something else than when you left it</source>
        <translation>另一窗口显示的内容与您离开时不同</translation>
    </message>
    <message>
        <source>The package registry does not have {project} {version}</source>
        <translation>软件源中没有 {project} {version}</translation>
    </message>
    <message>
        <source>The phrase “{each}” has a brace in it</source>
        <translation>短语“{each}”中有花括号</translation>
    </message>
    <message>
        <source>The phrase “{each}” is too short</source>
        <translation>短语“{each}”太短</translation>
    </message>
    <message>
        <source>The phrase “{said}” is a command already</source>
        <translation>短语“{said}”已是命令</translation>
    </message>
    <message>
        <source>The phrase “{said}” is yours already</source>
        <translation>短语“{said}”已存在</translation>
    </message>
    <message>
        <source>The proxy asks for a name and a password</source>
        <translation>代理要求用户名和密码</translation>
    </message>
    <message>
        <source>The proxy does not connect to {host}</source>
        <translation>代理无法连接 {host}</translation>
    </message>
    <message>
        <source>The record of notes is not open</source>
        <translation>病历库未打开</translation>
    </message>
    <message>
        <source>The recording cannot be deleted ({strerror})</source>
        <translation>无法删除录音（{strerror}）</translation>
    </message>
    <message>
        <source>The recording cannot be written to {folder} ({reason})</source>
        <translation>无法把录音写入 {folder}（{reason}）</translation>
    </message>
    <message>
        <source>The recording has reached the 4 GB that a WAV file can hold</source>
        <translation>录音已达到 WAV 文件的 4 GB 上限</translation>
    </message>
    <message>
        <source>The recording {audio} cannot be put into {parent} ({strerror})</source>
        <translation>无法把录音 {audio} 放入 {parent}（{strerror}）</translation>
    </message>
    <message>
        <source>The recording {audio} cannot be read ({strerror})</source>
        <translation>无法读取录音 {audio}（{strerror}）</translation>
    </message>
    <message>
        <source>The recording {path} cannot be read ({strerror})</source>
        <translation>无法读取录音 {path}（{strerror}）</translation>
    </message>
    <message>
        <source>The recording {path} is no WAV file</source>
        <translation>录音 {path} 不是 WAV 文件</translation>
    </message>
    <message>
        <source>The recording {path} is not in 16-bit samples</source>
        <translation>录音 {path} 不是 16 位采样</translation>
    </message>
    <message>
        <source>The scope {scope} cannot be imported into</source>
        <translation>不能导入到范围 {scope}</translation>
    </message>
    <message>
        <source>The screen of this computer does not answer</source>
        <translation>此计算机的屏幕没有响应</translation>
    </message>
    <message>
        <source>The settings cannot be written to {path} ({strerror})</source>
        <translation>无法把设置写入 {path}（{strerror}）</translation>
    </message>
    <message>
        <source>The settings file {path} cannot be read ({strerror})</source>
        <translation>无法读取设置文件 {path}（{strerror}）</translation>
    </message>
    <message>
        <source>The settings file {path} holds no JSON object</source>
        <translation>设置文件 {path} 中没有 JSON 对象</translation>
    </message>
    <message>
        <source>The settings file {path} is from a newer version of Otoscribe</source>
        <translation>设置文件 {path} 来自更新版本的 Otoscribe</translation>
    </message>
    <message>
        <source>The settings file {path} is nested too deeply</source>
        <translation>设置文件 {path} 嵌套过深</translation>
    </message>
    <message>
        <source>The settings file {path} is not JSON at line {lineno}: {msg}</source>
        <translation>设置文件 {path} 第 {lineno} 行不是 JSON：{msg}</translation>
    </message>
    <message>
        <source>The settings file {path} is not UTF-8 text</source>
        <translation>设置文件 {path} 不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>The sound library PortAudio is missing</source>
        <translation>缺少声音库 PortAudio</translation>
    </message>
    <message>
        <source>The sound system of this computer does not answer</source>
        <translation>这台电脑的声音系统没有响应</translation>
    </message>
    <message>
        <source>The speech model is not loaded yet</source>
        <translation>语音模型尚未加载</translation>
    </message>
    <message>
        <source>The template {name} can&apos;t be deleted ({strerror})</source>
        <translation>无法删除模板 {name}（{strerror}）</translation>
    </message>
    <message>
        <source>The template {name} can&apos;t be kept: {reason}</source>
        <translation>无法保存模板 {name}：{reason}</translation>
    </message>
    <message>
        <source>The template {template} cannot be opened as a Word document</source>
        <translation>模板 {template} 无法作为 Word 文档打开</translation>
    </message>
    <message>
        <source>The templates can&apos;t be kept in {folder} ({strerror})</source>
        <translation>无法把模板存入 {folder}（{strerror}）</translation>
    </message>
    <message>
        <source>The templates in {folder} can&apos;t be read ({strerror})</source>
        <translation>无法读取 {folder} 中的模板（{strerror}）</translation>
    </message>
    <message>
        <source>The text “{command}” is no command</source>
        <translation>文字“{command}”不是命令</translation>
    </message>
    <message>
        <source>The training cannot be started ({strerror})</source>
        <translation>无法开始训练（{strerror}）</translation>
    </message>
    <message>
        <source>The training ended by itself</source>
        <translation>训练自行结束</translation>
    </message>
    <message>
        <source>The window is too busy to take keys</source>
        <translation>窗口正忙，无法占用按键</translation>
    </message>
    <message>
        <source>The window that had the focus before is closed</source>
        <translation>之前获得焦点的窗口已关闭</translation>
    </message>
    <message>
        <source>There are no commands for the language {language}</source>
        <translation>没有语言 {language} 的命令</translation>
    </message>
    <message>
        <source>There are no formatting rules for the language {code}</source>
        <translation>语言 {code} 没有书写规则</translation>
    </message>
    <message>
        <source>There are say, text, command and language.</source>
        <translation>可用的有 say、text、command 和 language。</translation>
    </message>
    <message>
        <source>There is a lexicon {name} already</source>
        <translation>已有术语表 {name}</translation>
    </message>
    <message>
        <source>There is no adapter {name}</source>
        <translation>没有适配器 {name}</translation>
    </message>
    <message>
        <source>There is no backend {backend}</source>
        <translation>没有后端 {backend}</translation>
    </message>
    <message>
        <source>There is no backup beside it. {away}, and ask your IT for a backup of theirs.</source>
        <translation>旁边没有备份。{away}，并向信息科索取备份。</translation>
    </message>
    <message>
        <source>There is no correction {correction_id}</source>
        <translation>没有更正 {correction_id}</translation>
    </message>
    <message>
        <source>There is no file {file_id} in the queue</source>
        <translation>队列中没有文件 {file_id}</translation>
    </message>
    <message>
        <source>There is no file {path}</source>
        <translation>没有文件 {path}</translation>
    </message>
    <message>
        <source>There is no folder {folder}</source>
        <translation>没有文件夹 {folder}</translation>
    </message>
    <message>
        <source>There is no formatting rule {name}</source>
        <translation>没有书写规则 {name}</translation>
    </message>
    <message>
        <source>There is no lexicon of that name</source>
        <translation>没有该名称的术语表</translation>
    </message>
    <message>
        <source>There is no model {name}</source>
        <translation>没有模型 {name}</translation>
    </message>
    <message>
        <source>There is no model {name} in the catalogue</source>
        <translation>目录中没有模型 {name}</translation>
    </message>
    <message>
        <source>There is no punctuation {punctuation}</source>
        <translation>没有标点方式 {punctuation}</translation>
    </message>
    <message>
        <source>There is no recording {recording_id}</source>
        <translation>没有录音 {recording_id}</translation>
    </message>
    <message>
        <source>There is no template {name}</source>
        <translation>没有模板 {name}</translation>
    </message>
    <message>
        <source>There is nothing to go back from.</source>
        <translation>没有可退回的版本。</translation>
    </message>
    <message>
        <source>There is nothing to say</source>
        <translation>没有要说的内容</translation>
    </message>
    <message>
        <source>These notes are open already: {holder}</source>
        <translation>这些病历已被打开：{holder}</translation>
    </message>
    <message>
        <source>This cannot be a term: {reason}</source>
        <translation>不能作为术语：{reason}</translation>
    </message>
    <message>
        <source>This desktop gives programs no keys for the whole screen</source>
        <translation>此桌面不向程序提供全局按键</translation>
    </message>
    <message>
        <source>This keyboard has no key {key}</source>
        <translation>此键盘没有按键 {key}</translation>
    </message>
    <message>
        <source>This screen lets no program press keys (XTEST is missing)</source>
        <translation>此屏幕不允许程序按键（缺少 XTEST）</translation>
    </message>
    <message>
        <source>Thousands: A separator in 5,000 units.</source>
        <translation>千位：5,000 units 中的分隔符。</translation>
    </message>
    <message>
        <source>Times: Eight thirty a m becomes 8:30 a.m.</source>
        <translation>时刻：eight thirty a m 写成 8:30 a.m.</translation>
    </message>
    <message>
        <source>Titles: Dr. Lee, Mr. Patel.</source>
        <translation>称谓：Dr. Lee、Mr. Patel。</translation>
    </message>
    <message>
        <source>Train from a manifest of your own: otoscribe adapt train MANIFEST --name NAME --language CODE</source>
        <translation>请用您自己的数据训练：otoscribe adapt train MANIFEST --name 名称 --language 代码</translation>
    </message>
    <message>
        <source>Transfer again.</source>
        <translation>请再次传送。</translation>
    </message>
    <message>
        <source>Transfer it by pasting.</source>
        <translation>请用粘贴方式传送。</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>请稍后重试。</translation>
    </message>
    <message>
        <source>Try again later, or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>请稍后重试，或以离线包导入模型：otoscribe models import 文件。</translation>
    </message>
    <message>
        <source>Try again: it continues where it was; or bring the model as an offline bundle: otoscribe models import FILE.</source>
        <translation>请重试，会从中断处继续，或以离线包导入模型：otoscribe models import 文件。</translation>
    </message>
    <message>
        <source>Type it anew and save as UTF-8.</source>
        <translation>请重新输入并以 UTF-8 保存。</translation>
    </message>
    <message>
        <source>U can be read as 0, 4 or cc</source>
        <translation>U 可能被看成 0、4 或 cc</translation>
    </message>
    <message>
        <source>Units: 500 milligrams becomes 500 mg.</source>
        <translation>单位：500 milligrams 写成 500 mg。</translation>
    </message>
    <message>
        <source>Unplug the microphone and plug it in again, or restart the computer.</source>
        <translation>请拔下麦克风重新插好，或重启电脑。</translation>
    </message>
    <message>
        <source>Update Otoscribe on this computer; nothing was changed.</source>
        <translation>请更新这台电脑上的 Otoscribe；没有更改任何内容。</translation>
    </message>
    <message>
        <source>Update Otoscribe.</source>
        <translation>请更新 Otoscribe。</translation>
    </message>
    <message>
        <source>Use it with --model {base}, or train it again.</source>
        <translation>请与 --model {base} 一起使用，或重新训练。</translation>
    </message>
    <message>
        <source>Use letters, digits, dots and dashes.</source>
        <translation>请使用字母、数字、点和连字符。</translation>
    </message>
    <message>
        <source>Use onnx or torch.</source>
        <translation>请使用 onnx 或 torch。</translation>
    </message>
    <message>
        <source>Use small letters, digits, hyphens; at most 64.</source>
        <translation>请使用小写字母、数字和连字符，最多 64 个。</translation>
    </message>
    <message>
        <source>Use the keys of Otoscribe&apos;s window, or a pedal.</source>
        <translation>请使用 Otoscribe 窗口内的按键或脚踏。</translation>
    </message>
    <message>
        <source>Use user, department or patient.</source>
        <translation>请使用 user、department 或 patient。</translation>
    </message>
    <message>
        <source>Use {name}.</source>
        <translation>请使用 {name}。</translation>
    </message>
    <message>
        <source>Vertebrae: L4-L5, T12.</source>
        <translation>椎骨：L4-L5、T12。</translation>
    </message>
    <message>
        <source>What is being recorded goes on. Plug it in again, or use the keys.</source>
        <translation>录音继续。请重新插入，或使用按键。</translation>
    </message>
    <message>
        <source>What was recorded until now is kept. Free some space, then go on recording or stop.</source>
        <translation>已录的内容都保留。请释放空间，然后继续录音或停止。</translation>
    </message>
    <message>
        <source>What was said until now is kept. Plug it in and go on recording, or stop.</source>
        <translation>已说的内容都保留。请接好麦克风继续录音，或停止。</translation>
    </message>
    <message>
        <source>Windows does not give the key {key}</source>
        <translation>Windows 不提供按键 {key}</translation>
    </message>
    <message>
        <source>Windows lets no keys be pressed in that program</source>
        <translation>Windows 不允许在该程序中按键</translation>
    </message>
    <message>
        <source>Write [free text], or what is to stand there.</source>
        <translation>请写 [自由文本]，或应填写的内容。</translation>
    </message>
    <message>
        <source>Write a word, or delete the row.</source>
        <translation>请写一个词，或删除该行。</translation>
    </message>
    <message>
        <source>Write it as it is said in the list, such as “go to plan”.</source>
        <translation>请按列表中的说法填写，例如“转到计划”。</translation>
    </message>
    <message>
        <source>Write it as it is said.</source>
        <translation>请按读音书写。</translation>
    </message>
    <message>
        <source>Write it below the head and a blank line.</source>
        <translation>请写在文件头和一个空行之后。</translation>
    </message>
    <message>
        <source>Write what you want to say.</source>
        <translation>请填写您要说的话。</translation>
    </message>
    <message>
        <source>Write, for example: language: en</source>
        <translation>例如：language: zh</translation>
    </message>
    <message>
        <source>Write, for example: typed: cbc</source>
        <translation>例如：typed: cbc</translation>
    </message>
    <message>
        <source>You have no template {name} of your own</source>
        <translation>您没有名为 {name} 的自有模板</translation>
    </message>
    <message>
        <source>a choice needs two options or more</source>
        <translation>选择至少需要两个选项</translation>
    </message>
    <message>
        <source>a control character</source>
        <translation>控制字符</translation>
    </message>
    <message>
        <source>a short form is one word that begins with a letter</source>
        <translation>简码须为一个以字母开头的词</translation>
    </message>
    <message>
        <source>a side of the body is never chosen unasked</source>
        <translation>左右侧绝不自动选择</translation>
    </message>
    <message>
        <source>a side of the body is never filled in unasked</source>
        <translation>左右侧绝不自动填入</translation>
    </message>
    <message>
        <source>a spoken form has {form} characters, more than {longest_spoken}</source>
        <translation>某个读法有 {form} 个字符，超过 {longest_spoken} 个</translation>
    </message>
    <message>
        <source>a spoken form holds neither a letter nor a digit</source>
        <translation>某个读法既无字母也无数字</translation>
    </message>
    <message>
        <source>an option begins with more than one *</source>
        <translation>选项以多个 * 开头</translation>
    </message>
    <message>
        <source>errors in other people&apos;s speech: {before}</source>
        <translation>他人语音的错误：{before}</translation>
    </message>
    <message>
        <source>half a character</source>
        <translation>不完整的字符</translation>
    </message>
    <message>
        <source>holds a character that the file&apos;s encoding does not know</source>
        <translation>含有文件编码无法识别的字符</translation>
    </message>
    <message>
        <source>holds {kind} (U+{character})</source>
        <translation>含有{kind}（U+{character}）</translation>
    </message>
    <message>
        <source>it sounds like {offered}, which is in your lexicons</source>
        <translation>听起来像您术语表中的 {offered}</translation>
    </message>
    <message>
        <source>it stands twice in the head</source>
        <translation>在文件头中出现了两次</translation>
    </message>
    <message>
        <source>macOS does not give the key {key}</source>
        <translation>macOS 不提供按键 {key}</translation>
    </message>
    <message>
        <source>medical terms</source>
        <translation>医学术语</translation>
    </message>
    <message>
        <source>negations, sides or look-alike drugs exchanged: {before} times before, {after} times after</source>
        <translation>否定词、左右侧或易混药名弄错：之前 {before} 次，之后 {after} 次</translation>
    </message>
    <message>
        <source>neither a letter nor a digit</source>
        <translation>既无字母也无数字</translation>
    </message>
    <message>
        <source>no line with a title, so the file&apos;s name is the title</source>
        <translation>没有标题行，因此以文件名为标题</translation>
    </message>
    <message>
        <source>no written form</source>
        <translation>没有写法</translation>
    </message>
    <message>
        <source>not certain to be an improvement</source>
        <translation>不能确定有改进</translation>
    </message>
    <message>
        <source>only {present} of your utterances were held out to measure on; {fewest_own_clips} are needed</source>
        <translation>只留出您的 {present} 段话用于评估；需要 {fewest_own_clips} 段</translation>
    </message>
    <message>
        <source>other spoken forms, both are kept</source>
        <translation>读法不同，均予保留</translation>
    </message>
    <message>
        <source>patient name</source>
        <translation>患者姓名</translation>
    </message>
    <message>
        <source>patient number</source>
        <translation>病历号</translation>
    </message>
    <message>
        <source>the field does not end on its line</source>
        <translation>字段未在本行结束</translation>
    </message>
    <message>
        <source>the field has no name</source>
        <translation>字段没有名称</translation>
    </message>
    <message>
        <source>the field is longer than {longest_field} characters</source>
        <translation>字段超过 {longest_field} 个字符</translation>
    </message>
    <message>
        <source>the head knows only {known}</source>
        <translation>文件头只能包含 {known}</translation>
    </message>
    <message>
        <source>the larger weight of {weight} and {weight2} holds</source>
        <translation>取 {weight} 和 {weight2} 中较大的权重</translation>
    </message>
    <message>
        <source>the point can be missed: ten times the dose</source>
        <translation>小数点可能被漏看：剂量变成十倍</translation>
    </message>
    <message>
        <source>the point can be missed: ten times the dose or more</source>
        <translation>小数点可能被漏看：剂量变成十倍或更多</translation>
    </message>
    <message>
        <source>the same term as on line {line}</source>
        <translation>与第 {line} 行的术语相同</translation>
    </message>
    <message>
        <source>the template has no text</source>
        <translation>模板没有正文</translation>
    </message>
    <message>
        <source>the template has no title</source>
        <translation>模板没有标题</translation>
    </message>
    <message>
        <source>the text begins without a blank line before it</source>
        <translation>正文前没有空行</translation>
    </message>
    <message>
        <source>the text is longer than {longest_body} characters</source>
        <translation>正文超过 {longest_body} 个字符</translation>
    </message>
    <message>
        <source>the title is longer than {longest_name} characters</source>
        <translation>标题超过 {longest_name} 个字符</translation>
    </message>
    <message>
        <source>the weight is not a number from 0 to 10</source>
        <translation>权重不是 0 到 10 之间的数字</translation>
    </message>
    <message>
        <source>this is no language code</source>
        <translation>这不是语言代码</translation>
    </message>
    <message>
        <source>two options are marked as the default</source>
        <translation>有两个选项标为默认值</translation>
    </message>
    <message>
        <source>two options of the choice are the same</source>
        <translation>有两个选项相同</translation>
    </message>
    <message>
        <source>words invented where nobody speaks: {before} before, {after} after</source>
        <translation>无人说话时凭空写出的词：之前 {before} 个，之后 {after} 个</translation>
    </message>
    <message>
        <source>written {written} there</source>
        <translation>那里写作 {written}</translation>
    </message>
    <message>
        <source>{audio} cannot be read ({strerror})</source>
        <translation>无法读取 {audio}（{strerror}）</translation>
    </message>
    <message>
        <source>{audio} holds no audio that can be kept</source>
        <translation>{audio} 中没有可保存的声音</translation>
    </message>
    <message>
        <source>{away}, and copy the newest backup, {backup}, to its place.</source>
        <translation>{away}，并把最新备份 {backup} 复制到原处。</translation>
    </message>
    <message>
        <source>{before} before, {after} after</source>
        <translation>之前 {before}，之后 {after}</translation>
    </message>
    <message>
        <source>{count} of your utterances are gathered so far, too few to learn from</source>
        <translation>目前收集了您的 {count} 段话，还不足以学习</translation>
    </message>
    <message>
        <source>{folder} can&apos;t be made ({strerror})</source>
        <translation>无法创建 {folder}（{strerror}）</translation>
    </message>
    <message>
        <source>{folder} holds no model (it has no config.json)</source>
        <translation>{folder} 中没有模型（缺少 config.json）</translation>
    </message>
    <message>
        <source>{folder} holds {standing} already</source>
        <translation>{folder} 中已有 {standing}</translation>
    </message>
    <message>
        <source>{forms} spoken forms, more than {most_spoken}</source>
        <translation>{forms} 个读法，超过 {most_spoken} 个</translation>
    </message>
    <message>
        <source>{host} answers with HTTP {status}</source>
        <translation>{host} 返回 HTTP {status}</translation>
    </message>
    <message>
        <source>{host} cannot be reached, or the connection broke too often</source>
        <translation>无法连接 {host}，或连接多次中断</translation>
    </message>
    <message>
        <source>{host} does not answer as a package index does</source>
        <translation>{host} 不像是软件源</translation>
    </message>
    <message>
        <source>{host} does not have the file (HTTP 404)</source>
        <translation>{host} 没有该文件（HTTP 404）</translation>
    </message>
    <message>
        <source>{host} refuses access (HTTP {status})</source>
        <translation>{host} 拒绝访问（HTTP {status}）</translation>
    </message>
    <message>
        <source>{member} in the wheel is not the expected file (its SHA-256 differs)</source>
        <translation>包中的 {member} 与预期不符（SHA-256 不同）</translation>
    </message>
    <message>
        <source>{name} as sent by {url} is not the expected file (its {source} differs)</source>
        <translation>{url} 提供的 {name} 与预期不符（{source} 不同）</translation>
    </message>
    <message>
        <source>{name} can&apos;t be a template&apos;s name</source>
        <translation>{name} 不能用作模板名称</translation>
    </message>
    <message>
        <source>{name} can&apos;t be read ({strerror})</source>
        <translation>无法读取 {name}（{strerror}）</translation>
    </message>
    <message>
        <source>{name} cannot be a lexicon&apos;s name</source>
        <translation>{name} 不能用作术语表名称</translation>
    </message>
    <message>
        <source>{name} cannot be an adapter&apos;s name</source>
        <translation>{name} 不能用作适配器名称</translation>
    </message>
    <message>
        <source>{name} cannot be opened</source>
        <translation>无法打开 {name}</translation>
    </message>
    <message>
        <source>{name} cannot be read ({strerror})</source>
        <translation>无法读取 {name}（{strerror}）</translation>
    </message>
    <message>
        <source>{name} has {count} lines; a lexicon has at most 500000</source>
        <translation>{name} 有 {count} 行；术语表最多 500000 行</translation>
    </message>
    <message>
        <source>{name} has {size} MB; a list of terms has at most {largest_file_bytes}</source>
        <translation>{name} 有 {size} MB；术语表最多 {largest_file_bytes}</translation>
    </message>
    <message>
        <source>{name} holds a header and no terms</source>
        <translation>{name} 只有表头，没有术语</translation>
    </message>
    <message>
        <source>{name} holds no audio</source>
        <translation>{name} 中没有音频</translation>
    </message>
    <message>
        <source>{name} holds no sound at all</source>
        <translation>{name} 中完全没有声音</translation>
    </message>
    <message>
        <source>{name} holds no term that can be taken ({rows})</source>
        <translation>{name} 中没有可采用的术语（{rows}）</translation>
    </message>
    <message>
        <source>{name} is a table whose first line names no column &apos;written&apos;</source>
        <translation>{name} 是表格，但首行没有 &apos;written&apos; 列</translation>
    </message>
    <message>
        <source>{name} is a text, not audio</source>
        <translation>{name} 是文本，不是音频</translation>
    </message>
    <message>
        <source>{name} is being written down by another program</source>
        <translation>{name} 正由另一个程序转写</translation>
    </message>
    <message>
        <source>{name} is empty</source>
        <translation>{name} 是空的</translation>
    </message>
    <message>
        <source>{name} is gone</source>
        <translation>{name} 已断开</translation>
    </message>
    <message>
        <source>{name} is larger than a megabyte</source>
        <translation>{name} 超过 1 MB</translation>
    </message>
    <message>
        <source>{name} is no text file</source>
        <translation>{name} 不是文本文件</translation>
    </message>
    <message>
        <source>{name} is not audio that can be read, or it is damaged</source>
        <translation>{name} 不是可读的音频，或已损坏</translation>
    </message>
    <message>
        <source>{name} is not text ({unreadable} of its first {sample} characters cannot be read)</source>
        <translation>{name} 不是文本（前 {sample} 个字符中有 {unreadable} 个无法读取）</translation>
    </message>
    <message>
        <source>{name} is not where it was</source>
        <translation>{name} 不在原处</translation>
    </message>
    <message>
        <source>{name} is still being written</source>
        <translation>{name} 仍在写入</translation>
    </message>
    <message>
        <source>{name} is {kind}, not a list of terms</source>
        <translation>{name} 是 {kind}，不是术语表</translation>
    </message>
    <message>
        <source>{name} names {value}, which is not a readable file of certificates</source>
        <translation>{name} 指向 {value}，但它不是可读的证书文件</translation>
    </message>
    <message>
        <source>{name} of {name2} does not have the expected SHA-256</source>
        <translation>{name2} 的 {name} 的 SHA-256 与预期不符</translation>
    </message>
    <message>
        <source>{name}A model of the hub is named owner/name.</source>
        <translation>{name}Hub 上的模型名称形如 owner/name。</translation>
    </message>
    <message>
        <source>{name}See all with: otoscribe models list</source>
        <translation>{name}查看全部：otoscribe models list</translation>
    </message>
    <message>
        <source>{notes} more spoken forms are shared by several terms.</source>
        <translation>另有 {notes} 个读法为多个术语共有。</translation>
    </message>
    <message>
        <source>{path} can&apos;t be written ({strerror})</source>
        <translation>无法写入 {path}（{strerror}）</translation>
    </message>
    <message>
        <source>{path} cannot be read ({reason})</source>
        <translation>无法读取 {path}（{reason}）</translation>
    </message>
    <message>
        <source>{path} cannot be read ({strerror})</source>
        <translation>无法读取 {path}（{strerror}）</translation>
    </message>
    <message>
        <source>{path} cannot be written ({strerror})</source>
        <translation>无法写入 {path}（{strerror}）</translation>
    </message>
    <message>
        <source>{path} is a folder</source>
        <translation>{path} 是文件夹</translation>
    </message>
    <message>
        <source>{path} is damaged</source>
        <translation>{path} 已损坏</translation>
    </message>
    <message>
        <source>{path} is from a newer version of Otoscribe</source>
        <translation>{path} 来自更新版本的 Otoscribe</translation>
    </message>
    <message>
        <source>{path} is what is read</source>
        <translation>{path} 正是要读取的文件</translation>
    </message>
    <message>
        <source>{rates} of your words were wrong, {rates2} would be</source>
        <translation>您的词中错了 {rates}，采用后为 {rates2}</translation>
    </message>
    <message>
        <source>{root} is damaged</source>
        <translation>{root} 已损坏</translation>
    </message>
    <message>
        <source>{text} can&apos;t be a key for the whole screen</source>
        <translation>{text} 不能作为全局按键</translation>
    </message>
    <message>
        <source>{text} characters are more than the {longest_written} of a term</source>
        <translation>{text} 个字符超过术语上限 {longest_written} 个</translation>
    </message>
    <message>
        <source>{url} is not a usable address</source>
        <translation>{url} 不是可用的地址</translation>
    </message>
    <message>
        <source>{value}; the recording is safe on disk</source>
        <translation>{value}；录音已安全存盘</translation>
    </message>
    <message>
        <source>{what} written right: {before}</source>
        <translation>{what}写对的比例：{before}</translation>
    </message>
    <message>
        <source>{wheel} does not hold what was expected</source>
        <translation>{wheel} 的内容与预期不符</translation>
    </message>
</context>
<context>
    <name>ProgressRow</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel recognition</source>
        <translation>取消识别</translation>
    </message>
    <message>
        <source>Recognition progress</source>
        <translation>识别进度</translation>
    </message>
</context>
<context>
    <name>RecognitionModel</name>
    <message numerus="yes">
        <source>%n voice command(s) in this recording changed the note when it was dictated. Compare what is written now with the recording.</source>
        <translation>
            <numerusform>此录音中有 %n 条语音命令在口述时改动过病历。请将现在写入的文字与录音核对。</numerusform>
        </translation>
    </message>
    <message>
        <source>Loading the speech model; your recording is next.</source>
        <translation>正在加载语音模型；随后处理您的录音。</translation>
    </message>
    <message>
        <source>No words were heard in this recording. Check the microphone&apos;s level; the sound is kept with the note.</source>
        <translation>这段录音中没有听到话语。请检查麦克风音量；录音保留在病历中。</translation>
    </message>
    <message>
        <source>Writing down the last {seconds} s of your dictation</source>
        <translation>正在转写口述的最后 {seconds} 秒</translation>
    </message>
    <message>
        <source>Writing down your dictation: {share}</source>
        <translation>正在转写您的口述：{share}</translation>
    </message>
    <message numerus="yes">
        <source>{line}, %n more waiting</source>
        <translation>
            <numerusform>{line}，还有 %n 段等待</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecordingBar</name>
    <message>
        <source>Interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>Into: {title}</source>
        <translation>写入：{title}</translation>
    </message>
    <message>
        <source>Keeping…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Microphone is opening</source>
        <translation>正在打开麦克风</translation>
    </message>
    <message>
        <source>Microphone level</source>
        <translation>麦克风音量</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause playing</source>
        <translation>暂停播放</translation>
    </message>
    <message>
        <source>Pause recording</source>
        <translation>暂停录音</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play from the cursor</source>
        <translation>从光标处播放</translation>
    </message>
    <message>
        <source>Playback position</source>
        <translation>播放位置</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Recorded time</source>
        <translation>录音时长</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Recording is being kept</source>
        <translation>正在保存录音</translation>
    </message>
    <message>
        <source>Recording state</source>
        <translation>录音状态</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Resume recording</source>
        <translation>继续录音</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop recording and write it down</source>
        <translation>停止录音并转写</translation>
    </message>
</context>
<context>
    <name>RecordingModel</name>
    <message>
        <source>Go on recording</source>
        <translation>继续录音</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查找</translation>
    </message>
    <message>
        <source>Look for microphones</source>
        <translation>查找麦克风</translation>
    </message>
    <message>
        <source>Stop and write it down</source>
        <translation>停止并转写</translation>
    </message>
</context>
<context>
    <name>RecoveryBar</name>
    <message numerus="yes">
        <source>%n recording(s) not in a note yet:</source>
        <translation>
            <numerusform>有 %n 段录音尚未归入病历：</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>删除(&amp;D)…</translation>
    </message>
    <message>
        <source>Add the recording of {name} to a new note</source>
        <translation>把 {name} 的录音加入新病历</translation>
    </message>
    <message>
        <source>Add the recording of {name} to {title}</source>
        <translation>把 {name} 的录音加入“{title}”</translation>
    </message>
    <message>
        <source>Add to a &amp;new note</source>
        <translation>加入新病历(&amp;N)</translation>
    </message>
    <message>
        <source>Add to the &amp;same note</source>
        <translation>加入原病历(&amp;S)</translation>
    </message>
    <message>
        <source>All of the recording is written into a note of its own</source>
        <translation>整段录音会写成一份单独的病历</translation>
    </message>
    <message>
        <source>Delete the recording of {name}</source>
        <translation>删除 {name} 的录音</translation>
    </message>
    <message>
        <source>Keep for &amp;later</source>
        <translation>稍后处理(&amp;L)</translation>
    </message>
    <message>
        <source>Keep the recordings for later</source>
        <translation>保留录音，稍后处理</translation>
    </message>
    <message>
        <source>Recovered recordings</source>
        <translation>找回的录音</translation>
    </message>
    <message>
        <source>They stay where they are; Note &gt; Recovered recordings shows them again</source>
        <translation>录音会原样保留；“病历 &gt; 找回的录音”可再次显示</translation>
    </message>
    <message>
        <source>What the note lacks of the recording is written where you were dictating</source>
        <translation>病历中缺少的录音内容会写在您口述的位置</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 段</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryModel</name>
    <message>
        <source>Look again</source>
        <translation>重新查找</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Cancelled: its text is taken back, its sound deleted.</source>
        <translation>已取消：文本已撤回，声音已删除。</translation>
    </message>
    <message>
        <source>Exported to {path}</source>
        <translation>已导出到 {path}</translation>
    </message>
    <message>
        <source>Get the model</source>
        <translation>获取模型</translation>
    </message>
    <message>
        <source>New note</source>
        <translation>新建病历</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Recognise again</source>
        <translation>重新识别</translation>
    </message>
    <message>
        <source>Recovered dictation of {when}</source>
        <translation>{when} 找回的口述</translation>
    </message>
    <message>
        <source>The note has open fields; it is not signed.</source>
        <translation>病历有待填字段，尚未签署。</translation>
    </message>
    <message>
        <source>There is no text to sign yet.</source>
        <translation>还没有可签署的正文。</translation>
    </message>
    <message>
        <source>This note is signed. Add an addendum, or start a new note.</source>
        <translation>这份病历已签署。请添加补记或新建病历。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>SetupModel</name>
    <message>
        <source>&amp;Get the model</source>
        <translation>获取模型(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>重试(&amp;T)</translation>
    </message>
    <message>
        <source>Looking at the disk.</source>
        <translation>正在检查磁盘。</translation>
    </message>
    <message>
        <source>No microphone was found. Plug one in and press Look again.</source>
        <translation>未找到麦克风。请接好麦克风，然后按“重新查找”。</translation>
    </message>
    <message>
        <source>Only {free}. Free some space: a long dictation needs up to 2 GB.</source>
        <translation>仅 {free}。请释放空间：长时间口述最多需要 2 GB。</translation>
    </message>
    <message>
        <source>Say a few words: the bar should move well into the middle.</source>
        <translation>请说几句话：音量条应明显到达中部。</translation>
    </message>
    <message>
        <source>The microphone hears you.</source>
        <translation>麦克风工作正常。</translation>
    </message>
    <message>
        <source>The speech model is being loaded.</source>
        <translation>正在加载语音模型。</translation>
    </message>
    <message>
        <source>The speech model {name} is ready.</source>
        <translation>语音模型 {name} 已就绪。</translation>
    </message>
    <message>
        <source>{free}, enough for recordings and notes.</source>
        <translation>{free}，足够存放录音和病历。</translation>
    </message>
    <message>
        <source>{size} GB free</source>
        <translation>可用空间 {size} GB</translation>
    </message>
    <message>
        <source>{what}. Press Get the model; it is downloaded once.</source>
        <translation>{what}。请按“获取模型”；只需下载一次。</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Get the model</source>
        <translation>获取模型(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Start dictating</source>
        <translation>开始口述(&amp;S)</translation>
    </message>
    <message>
        <source>Before you dictate</source>
        <translation>口述之前</translation>
    </message>
    <message>
        <source>Cancel the download</source>
        <translation>取消下载</translation>
    </message>
    <message>
        <source>Check microphone, model and disk</source>
        <translation>检查麦克风、模型和磁盘</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Download of the model</source>
        <translation>模型下载</translation>
    </message>
    <message>
        <source>Go &amp;on to the notes</source>
        <translation>前往病历(&amp;O)</translation>
    </message>
    <message>
        <source>Level of the microphone under test</source>
        <translation>所测麦克风的音量</translation>
    </message>
    <message>
        <source>Look &amp;again</source>
        <translation>重新查找(&amp;A)</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Otoscribe writes what you dictate, on this computer alone: no sound and no text leaves it. Three things must be in place.</source>
        <translation>Otoscribe 只在这台电脑上转写您的口述：声音和文字都不会外传。需要准备好三样东西。</translation>
    </message>
    <message>
        <source>Skip the &amp;tour</source>
        <translation>跳过导览(&amp;T)</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>语音模型</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Amended</source>
        <translation>有补记</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>空白</translation>
    </message>
    <message>
        <source>List of notes</source>
        <translation>病历列表</translation>
    </message>
    <message>
        <source>New note</source>
        <translation>新建病历</translation>
    </message>
    <message>
        <source>No patient</source>
        <translation>无患者</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>病历</translation>
    </message>
    <message>
        <source>Search notes</source>
        <translation>搜索病历</translation>
    </message>
    <message>
        <source>Search notes (Ctrl+F)</source>
        <translation>搜索病历（Ctrl+F）</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>已签署</translation>
    </message>
    <message>
        <source>Untitled note</source>
        <translation>无标题病历</translation>
    </message>
</context>
<context>
    <name>SignDialog</name>
    <message numerus="yes">
        <source>%n field(s) still open. F3 leads to them.</source>
        <translation>
            <numerusform>还有 %n 个字段待填。按 F3 可逐个查看。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) still marked to be checked. F7 leads to them.</source>
        <translation>
            <numerusform>还有 %n 个词标记为待核对。按 F7 可逐个查看。</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Sign</source>
        <translation>签署(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Your name</source>
        <translation>您的姓名(&amp;Y)</translation>
    </message>
    <message>
        <source>A signed note&apos;s text can&apos;t be changed any more; corrections are added to it as addenda.</source>
        <translation>病历签署后正文不能再修改；更正以补记方式添加。</translation>
    </message>
    <message>
        <source>Sign &amp;with these fields open</source>
        <translation>保留待填字段并签署(&amp;W)</translation>
    </message>
    <message>
        <source>Sign the note</source>
        <translation>签署病历</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>您的姓名</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 段</numerusform>
        </translation>
    </message>
    <message>
        <source>as it is to stand below the note</source>
        <translation>将显示在病历下方</translation>
    </message>
</context>
<context>
    <name>Talk</name>
    <message>
        <source>Choose another key</source>
        <translation>选择其他按键</translation>
    </message>
</context>
<context>
    <name>TeachDialog</name>
    <message>
        <source>&amp;Keep</source>
        <translation>保留(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Look again</source>
        <translation>重新查找(&amp;L)</translation>
    </message>
    <message>
        <source>Back three seconds</source>
        <translation>后退三秒</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Dictate (hold, or press twice)</source>
        <translation>口述（按住，或按两次）</translation>
    </message>
    <message>
        <source>Known</source>
        <translation>已识别</translation>
    </message>
    <message>
        <source>Look for devices again</source>
        <translation>重新查找设备</translation>
    </message>
    <message>
        <source>Looking for devices…</source>
        <translation>正在查找设备…</translation>
    </message>
    <message>
        <source>No device was found. Plug it in, then press Look again.</source>
        <translation>未找到设备。请插入设备，然后按“重新查找”。</translation>
    </message>
    <message>
        <source>No pedal or microphone with buttons</source>
        <translation>没有踏板或带按键的麦克风</translation>
    </message>
    <message>
        <source>Play and pause</source>
        <translation>播放与暂停</translation>
    </message>
    <message>
        <source>Press Teach, then press the device&apos;s button and let it go.</source>
        <translation>请按“学习”，然后按下设备的按键并松开。</translation>
    </message>
    <message>
        <source>Press the button now and let it go…</source>
        <translation>现在按下按键并松开…</translation>
    </message>
    <message>
        <source>Stop and write down</source>
        <translation>停止并转写</translation>
    </message>
    <message>
        <source>Teach</source>
        <translation>示教</translation>
    </message>
    <message>
        <source>Teach a pedal or a microphone</source>
        <translation>学习脚踏或麦克风</translation>
    </message>
    <message>
        <source>Teach: {what}</source>
        <translation>学习：{what}</translation>
    </message>
    <message>
        <source>That was not understood: press it once more.</source>
        <translation>未能识别：请再按一次。</translation>
    </message>
    <message>
        <source>Transfer the text</source>
        <translation>传送文本</translation>
    </message>
</context>
<context>
    <name>TemplateChooser</name>
    <message>
        <source>&amp;Insert</source>
        <translation>插入(&amp;I)</translation>
    </message>
    <message>
        <source>Insert a template</source>
        <translation>插入模板</translation>
    </message>
    <message>
        <source>Line {number}</source>
        <translation>第 {number} 行</translation>
    </message>
    <message>
        <source>No template holds these words.</source>
        <translation>没有模板包含这些词。</translation>
    </message>
    <message>
        <source>Search templates and short forms</source>
        <translation>搜索模板和简码</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>What will be put into the note</source>
        <translation>将写入病历的内容</translation>
    </message>
    <message>
        <source>from your IT</source>
        <translation>由信息科提供</translation>
    </message>
    <message>
        <source>shipped</source>
        <translation>随软件提供</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>您的</translation>
    </message>
</context>
<context>
    <name>TemplateEditor</name>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Specialty</source>
        <translation>专科(&amp;S)</translation>
    </message>
    <message>
        <source>S&amp;aid</source>
        <translation>说法(&amp;A)</translation>
    </message>
    <message>
        <source>Short f&amp;orm</source>
        <translation>简码(&amp;O)</translation>
    </message>
    <message>
        <source>T&amp;itle</source>
        <translation>标题(&amp;I)</translation>
    </message>
    <message>
        <source>Text, with fields in brackets</source>
        <translation>正文（字段写在方括号中）</translation>
    </message>
    <message>
        <source>What a note gets</source>
        <translation>插入病历后的样子</translation>
    </message>
    <message>
        <source>What is wrong with the template</source>
        <translation>模板的问题</translation>
    </message>
    <message>
        <source>Write the text here. Fields: [history], [dose = 5 mg], [side: left | right], [date], [patient name].</source>
        <translation>在此输入正文。字段：[病史]、[剂量 = 5 mg]、[侧别: 左 | 右]、[日期]、[患者姓名]。</translation>
    </message>
    <message>
        <source>other names, a bar | between</source>
        <translation>其他名称，用 | 分隔</translation>
    </message>
    <message>
        <source>such as cardiology</source>
        <translation>例如心内科</translation>
    </message>
    <message>
        <source>such as cbc: .cbc and a space write it</source>
        <translation>例如 cbc：输入 .cbc 加空格即可写出</translation>
    </message>
    <message>
        <source>such as en</source>
        <translation>例如 zh</translation>
    </message>
</context>
<context>
    <name>TemplateImportDialog</name>
    <message>
        <source>&amp;Import</source>
        <translation>导入(&amp;I)</translation>
    </message>
    <message>
        <source>Can&apos;t be taken</source>
        <translation>无法导入</translation>
    </message>
    <message>
        <source>Choose what to do…</source>
        <translation>请选择如何处理…</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Import templates</source>
        <translation>导入模板</translation>
    </message>
    <message>
        <source>Keep both; the new ones get a number</source>
        <translation>两者都保留；新模板加编号</translation>
    </message>
    <message>
        <source>Leave the new ones out</source>
        <translation>不导入新模板</translation>
    </message>
    <message>
        <source>Put the new ones in place of mine</source>
        <translation>用新模板替换我的模板</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>处理结果</translation>
    </message>
    <message>
        <source>The name is taken</source>
        <translation>名称已被使用</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>What to do with those of the same name</source>
        <translation>同名模板如何处理</translation>
    </message>
    <message>
        <source>What to know</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Will be yours</source>
        <translation>将成为您的模板</translation>
    </message>
    <message numerus="yes">
        <source>You have %n template(s) of the same name already.</source>
        <translation>
            <numerusform>您已有 %n 个同名模板。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplatesFeature</name>
    <message>
        <source>&amp;Insert template…</source>
        <translation>插入模板(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Previous field</source>
        <translation>上一个字段(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Templates</source>
        <translation>模板(&amp;T)</translation>
    </message>
    <message>
        <source>Accept &amp;defaults</source>
        <translation>采用默认值(&amp;D)</translation>
    </message>
    <message>
        <source>Ch&amp;oose for the field…</source>
        <translation>为字段选择(&amp;O)…</translation>
    </message>
    <message>
        <source>Fill all fields that have a default with it; a side never has one</source>
        <translation>用默认值填写所有有默认值的字段；左右侧没有默认值</translation>
    </message>
    <message>
        <source>N&amp;ext field</source>
        <translation>下一个字段(&amp;E)</translation>
    </message>
    <message>
        <source>Offer the options of a field that is a choice (Return in the field)</source>
        <translation>显示选择字段的选项（在字段中按回车）</translation>
    </message>
    <message>
        <source>Put a template or a short form into the note</source>
        <translation>把模板或简码写入病历</translation>
    </message>
    <message>
        <source>Select the field before</source>
        <translation>选中上一个字段</translation>
    </message>
    <message>
        <source>Select the next field that is to be filled</source>
        <translation>选中下一个待填字段</translation>
    </message>
    <message>
        <source>Templates and short forms: see, write, import and export them</source>
        <translation>模板和简码：查看、编写、导入和导出</translation>
    </message>
</context>
<context>
    <name>TemplatesModel</name>
    <message>
        <source>Deleted the template {title}.</source>
        <translation>已删除模板 {title}。</translation>
    </message>
    <message numerus="yes">
        <source>Exported %n template(s) to {path}.</source>
        <translation>
            <numerusform>已把 %n 个模板导出到 {path}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>TemplatesPage</name>
    <message numerus="yes">
        <source>%n template(s)</source>
        <translation>
            <numerusform>%n 个模板</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Give it up</source>
        <translation>放弃(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>保存(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Make it mine</source>
        <translation>复制为我的(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Stay</source>
        <translation>留下(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;This one as a text file…</source>
        <translation>将此模板存为文本文件(&amp;T)…</translation>
    </message>
    <message>
        <source>A &amp;text file…</source>
        <translation>一个文本文件(&amp;T)…</translation>
    </message>
    <message>
        <source>All in the list to a &amp;folder…</source>
        <translation>将列表中的全部存入文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>All text files of a &amp;folder…</source>
        <translation>文件夹中的所有文本文件(&amp;F)…</translation>
    </message>
    <message>
        <source>Dele&amp;te</source>
        <translation>删除(&amp;T)</translation>
    </message>
    <message>
        <source>E&amp;xport ▾</source>
        <translation>导出(&amp;X) ▾</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export templates</source>
        <translation>导出模板</translation>
    </message>
    <message>
        <source>Export the template</source>
        <translation>导出模板</translation>
    </message>
    <message>
        <source>Going on gives it up. Stay, and press Keep, to have it.</source>
        <translation>继续将放弃这些内容。若要保留，请留下并按“保存”。</translation>
    </message>
    <message>
        <source>Im&amp;port ▾</source>
        <translation>导入(&amp;P) ▾</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Import a template</source>
        <translation>导入模板</translation>
    </message>
    <message>
        <source>Import templates</source>
        <translation>导入模板</translation>
    </message>
    <message>
        <source>Ne&amp;w</source>
        <translation>新建(&amp;W)</translation>
    </message>
    <message>
        <source>Search templates</source>
        <translation>搜索模板</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Text files ({pattern});;All files (*)</source>
        <translation>文本文件 ({pattern});;所有文件 (*)</translation>
    </message>
    <message>
        <source>The template is not kept</source>
        <translation>模板尚未保存</translation>
    </message>
    <message>
        <source>What you typed in this template is not kept yet.</source>
        <translation>您在此模板中输入的内容尚未保存。</translation>
    </message>
    <message>
        <source>Write a template of your own that begins as this one</source>
        <translation>以此为基础编写您自己的模板</translation>
    </message>
    <message>
        <source>Write a template or a short form of your own</source>
        <translation>编写您自己的模板或简码</translation>
    </message>
    <message>
        <source>can&apos;t be used, {whose}</source>
        <translation>无法使用，{whose}</translation>
    </message>
    <message>
        <source>“{called}” also stands for {title}; yours comes first.</source>
        <translation>“{called}”也指 {title}；将使用您的模板。</translation>
    </message>
</context>
<context>
    <name>TermDialog</name>
    <message>
        <source>&amp;Keep</source>
        <translation>保留(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Lexicon</source>
        <translation>术语表(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Said</source>
        <translation>读法(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Written</source>
        <translation>写法(&amp;W)</translation>
    </message>
    <message>
        <source>K&amp;ind</source>
        <translation>类别(&amp;I)</translation>
    </message>
    <message>
        <source>such as drug, diagnosis, procedure</source>
        <translation>如药品、诊断、操作</translation>
    </message>
    <message>
        <source>where it is not said as written; a bar | between several</source>
        <translation>读法与写法不同时填写；多个读法用 | 分隔</translation>
    </message>
</context>
<context>
    <name>TermTrialDialog</name>
    <message>
        <source>&amp;Record</source>
        <translation>录音(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Writing…</source>
        <translation>正在转写…</translation>
    </message>
    <message>
        <source>Level of the microphone</source>
        <translation>麦克风音量</translation>
    </message>
    <message>
        <source>Record, say a sentence with the term as you would dictate it, and stop.</source>
        <translation>录音，像口述那样说一句含该术语的话，然后停止。</translation>
    </message>
    <message>
        <source>Try by voice</source>
        <translation>用语音测试</translation>
    </message>
    <message>
        <source>What went wrong</source>
        <translation>出了什么问题</translation>
    </message>
    <message>
        <source>With your lexicons</source>
        <translation>使用您的术语表</translation>
    </message>
    <message>
        <source>Without lexicons</source>
        <translation>不用术语表</translation>
    </message>
</context>
<context>
    <name>TourFeature</name>
    <message>
        <source>&amp;Tour</source>
        <translation>导览(&amp;T)</translation>
    </message>
    <message>
        <source>A note is a draft until you sign it. All of it stays on this computer.</source>
        <translation>病历在您签署之前是草稿。所有内容都留在这台电脑上。</translation>
    </message>
    <message>
        <source>Add the word to your terms: the next dictation knows it.</source>
        <translation>把该词加入您的术语：下次口述就能识别。</translation>
    </message>
    <message>
        <source>Check and correct</source>
        <translation>核对和更正</translation>
    </message>
    <message>
        <source>Dictate</source>
        <translation>口述</translation>
    </message>
    <message>
        <source>Export for Word, or as PDF or text.</source>
        <translation>导出为 Word、PDF 或文本。</translation>
    </message>
    <message>
        <source>Go to the next word that may be wrong.</source>
        <translation>转到下一个可能有误的词。</translation>
    </message>
    <message>
        <source>Hear what was said there, from the word at the cursor.</source>
        <translation>从光标处的词开始听当时的录音。</translation>
    </message>
    <message>
        <source>Microphone, dictation, correction and signing in four screens</source>
        <translation>四步了解麦克风、口述、更正和签署</translation>
    </message>
    <message>
        <source>Put the text into the program that you came from.</source>
        <translation>把文字传送到您之前使用的程序。</translation>
    </message>
    <message>
        <source>Record, pause and go on.</source>
        <translation>录音、暂停、继续。</translation>
    </message>
    <message>
        <source>See what you can say: punctuation, new lines, headings and commands.</source>
        <translation>查看可以说的内容：标点、换行、标题和命令。</translation>
    </message>
    <message>
        <source>Sign and export</source>
        <translation>签署和导出</translation>
    </message>
    <message>
        <source>Sign. Afterwards the text stays; what is to be added becomes an addendum.</source>
        <translation>签署。此后正文不再改动；补充内容作为补记。</translation>
    </message>
    <message>
        <source>Speak as you do to a person: the text appears while you speak.</source>
        <translation>像对人说话那样说：边说边出文字。</translation>
    </message>
    <message>
        <source>Stop. The recording stays with its note.</source>
        <translation>停止。录音保留在病历中。</translation>
    </message>
    <message>
        <source>Words that Otoscribe is not sure of are marked. Only you know what you meant.</source>
        <translation>Otoscribe 没有把握的词会被标记。只有您知道原意。</translation>
    </message>
</context>
<context>
    <name>TourPage</name>
    <message>
        <source>&amp;Back</source>
        <translation>上一步(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Start dictating</source>
        <translation>开始口述(&amp;S)</translation>
    </message>
    <message>
        <source>Ne&amp;xt</source>
        <translation>下一步(&amp;X)</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Pictogram</source>
        <translation>图示</translation>
    </message>
    <message>
        <source>Skip the &amp;tour</source>
        <translation>跳过导览(&amp;T)</translation>
    </message>
    <message>
        <source>Start dictating</source>
        <translation>开始口述</translation>
    </message>
    <message>
        <source>Tour</source>
        <translation>导览</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>第 {number} 步，共 {count} 步</translation>
    </message>
</context>
<context>
    <name>Transfer</name>
    <message>
        <source>Clear it now</source>
        <translation>立即清除</translation>
    </message>
    <message>
        <source>Paste by hand</source>
        <translation>手动粘贴</translation>
    </message>
    <message>
        <source>The text is in the clipboard for a minute: click into the other program and paste it there.</source>
        <translation>文本将在剪贴板中保留一分钟：请点击另一程序并在那里粘贴。</translation>
    </message>
    <message>
        <source>Type it instead</source>
        <translation>改为键入</translation>
    </message>
</context>
<context>
    <name>TransferFeature</name>
    <message numerus="yes">
        <source>%n field(s) in it are still open.</source>
        <translation>
            <numerusform>其中仍有 %n 个字段未填写。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) in it are still marked to be checked.</source>
        <translation>
            <numerusform>其中仍有 %n 个词标记为待核对。</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Transfer</source>
        <translation>传送(&amp;T)</translation>
    </message>
    <message>
        <source>Put the text into the program that you came from</source>
        <translation>将文本放入您之前使用的程序</translation>
    </message>
    <message>
        <source>The text is ready to be pasted.</source>
        <translation>文本已可粘贴。</translation>
    </message>
    <message>
        <source>There is no text to transfer yet.</source>
        <translation>还没有可传送的文本。</translation>
    </message>
    <message>
        <source>Transferred to {window}.</source>
        <translation>已传送到 {window}。</translation>
    </message>
    <message>
        <source>Transfers to: {window}</source>
        <translation>传送到：{window}</translation>
    </message>
    <message>
        <source>Where the text is transferred to</source>
        <translation>文本传送的位置</translation>
    </message>
</context>
<context>
    <name>TroublePage</name>
    <message>
        <source>&amp;Close Otoscribe</source>
        <translation>退出 Otoscribe(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>重试(&amp;T)</translation>
    </message>
    <message>
        <source>.</source>
        <translation>。</translation>
    </message>
    <message>
        <source>Nothing was changed or deleted.</source>
        <translation>没有修改或删除任何内容。</translation>
    </message>
    <message>
        <source>Open the &amp;folder</source>
        <translation>打开文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>The notes cannot be opened</source>
        <translation>病历无法打开</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>发生了什么</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>该怎么做</translation>
    </message>
    <message>
        <source>Your notes can&apos;t be opened</source>
        <translation>您的病历无法打开</translation>
    </message>
</context>
<context>
    <name>VoiceCommands</name>
    <message>
        <source>Bold: on or off</source>
        <translation>粗体：开或关</translation>
    </message>
    <message>
        <source>Capitals changed</source>
        <translation>大小写已更改</translation>
    </message>
    <message>
        <source>Deleted: selected words</source>
        <translation>已删除：选中的文字</translation>
    </message>
    <message>
        <source>Dictation goes on at the end of the note.</source>
        <translation>口述将在病历末尾继续。</translation>
    </message>
    <message>
        <source>Dictation goes on under: {title}</source>
        <translation>口述将继续写在：{title}</translation>
    </message>
    <message>
        <source>Dictation stopped</source>
        <translation>口述已停止</translation>
    </message>
    <message>
        <source>Field: {name}</source>
        <translation>字段：{name}</translation>
    </message>
    <message numerus="yes">
        <source>Filled: %n field(s)</source>
        <translation>
            <numerusform>已填写：%n 个字段</numerusform>
        </translation>
    </message>
    <message>
        <source>Inserted: {name}</source>
        <translation>已插入：{name}</translation>
    </message>
    <message>
        <source>No heading called “{name}” in this note.</source>
        <translation>此病历中没有标题“{name}”。</translation>
    </message>
    <message>
        <source>No open field has a default.</source>
        <translation>没有带默认值的空字段。</translation>
    </message>
    <message>
        <source>No template called “{name}”.</source>
        <translation>没有名为“{name}”的模板。</translation>
    </message>
    <message>
        <source>Redone: last change</source>
        <translation>已重做：上一次更改</translation>
    </message>
    <message>
        <source>Scratched: last utterance</source>
        <translation>已撤回：上一句</translation>
    </message>
    <message>
        <source>Select words first: there is no last utterance.</source>
        <translation>请先选中文字：没有上一句。</translation>
    </message>
    <message>
        <source>Selected: say it again, or spell it.</source>
        <translation>已选中：请再说一遍，或逐个字母拼写。</translation>
    </message>
    <message>
        <source>Selected: what you say next takes its place.</source>
        <translation>已选中：接下来说的话将替换它。</translation>
    </message>
    <message>
        <source>Spelling is over.</source>
        <translation>拼写已结束。</translation>
    </message>
    <message>
        <source>Spelling: say the letters. Anything else ends it.</source>
        <translation>拼写：请逐个说出字母，说其他内容即结束。</translation>
    </message>
    <message>
        <source>The last utterance has been changed since and was not scratched. Select what is to go.</source>
        <translation>上一句此后已被修改，未撤回。请选中要删除的内容。</translation>
    </message>
    <message>
        <source>There is no last utterance to select.</source>
        <translation>没有可选中的上一句。</translation>
    </message>
    <message>
        <source>There is no open field in this note.</source>
        <translation>此病历中没有空字段。</translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation>没有可重做的内容。</translation>
    </message>
    <message>
        <source>There is nothing to scratch in this note.</source>
        <translation>此病历中没有可撤回的内容。</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>没有可撤销的内容。</translation>
    </message>
    <message>
        <source>This can&apos;t be bold: it is a heading, or partly bold already.</source>
        <translation>无法设为粗体：这是标题，或已有部分为粗体。</translation>
    </message>
    <message>
        <source>Undone: last change</source>
        <translation>已撤销：上一次更改</translation>
    </message>
    <message>
        <source>Written as text: the note does not hold these words before here.</source>
        <translation>已作为文字写入：此处之前没有这些文字。</translation>
    </message>
</context>
<context>
    <name>VoiceCommandsFeature</name>
    <message>
        <source>The voice commands, and phrases of your own</source>
        <translation>语音命令和自定义短语</translation>
    </message>
    <message>
        <source>What can &amp;I say?</source>
        <translation>我能说什么(&amp;I)</translation>
    </message>
    <message>
        <source>What was done last</source>
        <translation>上一步做了什么</translation>
    </message>
</context>
<context>
    <name>WaveformFeature</name>
    <message>
        <source>Recording under the &amp;note</source>
        <translation>病历下方显示录音(&amp;N)</translation>
    </message>
    <message>
        <source>Show the recording with its words under the note</source>
        <translation>在病历下方显示录音及其词语</translation>
    </message>
</context>
<context>
    <name>WaveformStrip</name>
    <message>
        <source>Click to hear from there; Left and Right go from word to word</source>
        <translation>点击从该处播放；左右键逐词移动</translation>
    </message>
    <message>
        <source>Place in the recording</source>
        <translation>录音中的位置</translation>
    </message>
    <message>
        <source>Reading the sound…</source>
        <translation>正在读取声音…</translation>
    </message>
    <message>
        <source>Recording with its words</source>
        <translation>录音及其词语</translation>
    </message>
</context>
<context>
    <name>WordMenu</name>
    <message>
        <source>&amp;0  Looks right</source>
        <translation>&amp;0  正确</translation>
    </message>
    <message>
        <source>&amp;Hear it</source>
        <translation>听一下(&amp;H)</translation>
    </message>
    <message>
        <source>Changed by hand; undo brings back what was heard</source>
        <translation>已手动修改；撤销可恢复听到的内容</translation>
    </message>
    <message>
        <source>Listening again…</source>
        <translation>正在重新识别…</translation>
    </message>
    <message>
        <source>No other wording was heard</source>
        <translation>没有听到其他写法</translation>
    </message>
    <message>
        <source>Other wordings for {word}</source>
        <translation>“{word}”的其他写法</translation>
    </message>
    <message>
        <source>The model&apos;s own wordings come when it has finished writing</source>
        <translation>模型写完后才会提供它自己的写法</translation>
    </message>
    <message>
        <source>dose</source>
        <translation>剂量</translation>
    </message>
    <message>
        <source>for “{words}”</source>
        <translation>替换“{words}”</translation>
    </message>
    <message>
        <source>look-alike drug</source>
        <translation>易混淆药品</translation>
    </message>
    <message>
        <source>negation</source>
        <translation>否定</translation>
    </message>
    <message>
        <source>number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>opposite meaning</source>
        <translation>相反含义</translation>
    </message>
    <message>
        <source>side</source>
        <translation>左右侧</translation>
    </message>
    <message>
        <source>term</source>
        <translation>术语</translation>
    </message>
</context>
</TS>
