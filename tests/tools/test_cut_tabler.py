from tools.cut_tabler import Rule, cut, keeps_selector, parse_rules, split_outside

WHOLE = """@charset "UTF-8";/*! Tabler, MIT */
:root{--tblr-blue:#00f;--tblr-primary:var(--tblr-blue);--tblr-unused:#123}
body{margin:0;color:var(--tblr-body-color)}
.btn,.card{padding:var(--tblr-pad)}.btn{--tblr-pad:1rem;--tblr-gone:2px}
.card{border:0}.navbar .btn{color:red}
@media (min-width:576px){.card{margin:0}.mt-2{margin-top:.5rem!important}}
@media print{.card{display:none}}
@keyframes spin{to{rotate:1turn}}
.form-select{background:url("data:image/svg+xml,%3csvg fill='%23}{'/%3e")}
"""


def test_only_what_pages_use_stays() -> None:
    assert cut(WHOLE, layer="a{color:var(--tblr-primary)}").splitlines() == [
        '@charset "UTF-8";',
        "/*! Tabler, MIT */",
        "/* Cut by tools/cut_tabler.py: only the rules our pages use. */",
        ":root{--tblr-blue:#00f;--tblr-primary:var(--tblr-blue)}",
        "body{margin:0;color:var(--tblr-body-color)}",
        ".btn{padding:var(--tblr-pad)}",
        ".btn{--tblr-pad:1rem}",
        "@media (min-width:576px){.mt-2{margin-top:.5rem!important}}",
        ".form-select{background:url(\"data:image/svg+xml,%3csvg fill='%23}{'/%3e\")}",
    ]


def test_cutting_twice_changes_nothing() -> None:
    once = cut(WHOLE, layer="")
    assert cut(once, layer="") == once


def test_selectors_with_unknown_parts_go() -> None:
    kept = [".btn:hover", "[type=button]:not(:disabled)", "textarea.form-control", "[data-bs-theme=dark] .form-select"]
    gone = [
        ".btn-check+.btn",
        ".theme-dark .btn",
        "html[data-bs-sidebar^=folded]",
        "img",
        ":host",
        "button[data-vc-week-day]",
    ]
    assert [name for name in kept + gone if keeps_selector(name)] == kept


def test_braces_in_strings_are_no_braces() -> None:
    assert list(parse_rules('a{content:"}"}b{top:0}')) == [Rule("a", 'content:"}"'), Rule("b", "top:0")]


def test_commas_in_brackets_do_not_split() -> None:
    assert split_outside('a:is(b,c),d[e="f,g"]', ",") == ["a:is(b,c)", 'd[e="f,g"]']
