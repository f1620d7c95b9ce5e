//! Text as strangers write it, and what must not become of it.

/// What names and tags may hold at worst: orders to a terminal, markup, formulas, turned text, line
/// ends, NUL, and ten thousand characters.
pub(crate) fn hostile(name: &str) -> String {
    let orders = "\u{1b}[31m\u{1b}]0;owned\u{7}\u{9b}2J\r\n\0\u{8}\u{7f}";
    let turned = "\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}";
    let markup = "<script>alert(1)</script>=cmd|'/c calc'!A0](javascript:1)|`{{x}}${y}%s";
    format!("{orders}{turned}{markup}東京{}{name}", "x".repeat(10_000))
}

/// Whether a terminal obeys the character, a reader cannot see it, or it turns what follows.
fn is_wild(letter: char) -> bool {
    let invisible = matches!(letter, '\u{ad}' | '\u{61c}' | '\u{feff}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    (letter.is_control() && letter != '\n') || invisible
}

pub(crate) fn assert_tame(what: &str, text: &str) {
    if let Some(at) = text.find(is_wild) {
        let shown: String = text[at..].chars().take(40).collect();
        panic!("{what}: {shown:?}");
    }
}

/// Columns that the text takes: characters of East Asian scripts take two.
pub(crate) fn columns(text: &str) -> usize {
    let wide = |letter: char| {
        matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}')
    };
    text.chars().map(|it| if wide(it) { 2 } else { 1 }).sum()
}

/// One attack each, for media that read a name in their own way.
pub(crate) fn corpus() -> Vec<&'static str> {
    vec![
        "\u{1b}[31mred\u{1b}]0;owned\u{7}",
        "=cmd|'/c calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "\t=1+1",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "](http://evil.example)[x",
        "https://evil.example/?x=1",
        "www.evil.example",
        "\n::error file=x,line=1::owned\n",
        "\r::set-output name=x::y",
        "%0A::warning::x",
        "a,b:c\"d'e",
        "\"; drop table findings; --",
        "]]>--><failure/>",
        "&lt;&#0;&amp;&xxe;",
        "`code`**bold**_x_~~y~~",
        "| cell | cell |",
        "\\\" 1\nmrlint_score 100",
        "\u{202e}drow\u{2066}\u{200b}\u{feff}\u{2028}",
        "\0nul\u{fffe}\u{ffff}",
        "{{x}}${y}%s%n",
        "../../etc/passwd",
        "-1+1",
        " ",
        "東京🗼é",
    ]
}
