using System.Diagnostics;
using Sallyport.Tools.Web;

namespace Sallyport.Tools.Tests;

/// <summary>What becomes of the parts of a page.</summary>
public sealed class HtmlToMarkdownTests
{
    [Theory]
    [InlineData("<h2>A <em>b</em></h2><p>c<br>d</p>", "## A _b_\n\nc\nd")]
    [InlineData("<p>see <a href='/x?a=1'>the  page</a>, <a href='#here'>below</a>, <a href='javascript:x()'>run</a></p>", "see [the page](https://example.com/x?a=1), below, run")]
    [InlineData("<ul><li>a<li><p>b</p><ol><li>c<li>d</ol></ul>", "- a\n- b\n  1. c\n  2. d")]
    [InlineData("<ol start=3><li>a<li>b</ol>", "3. a\n4. b")]
    [InlineData("<pre><code class='language-cs'>if (x)\n  y();\n</code></pre>", "```cs\nif (x)\n  y();\n```")]
    [InlineData("<div class='highlight-source-rust'><pre>a ``` b</pre></div>", "````rust\na ``` b\n````")]
    [InlineData("<p>use <code>a  b</code> and <code>`</code></p>", "use `a b` and `` ` ``")]
    [InlineData("<table><tr><th>a<th>b<tr><td>1|2<td><b>c</b></table>", "| a | b |\n| --- | --- |\n| 1\\|2 | **c** |")]
    [InlineData("<blockquote><p>a</p><p>b</p></blockquote><hr>", "> a\n> \n> b\n\n---")]
    [InlineData("<p><img src=x alt='a cat'> and <img src=y></p>", "[image: a cat] and")]
    [InlineData("<dl><dt>term<dd>meaning</dl>", "**term**\n\n: meaning")]
    [InlineData("<p>a<script>x()</script><style>y</style></p><div hidden>z</div><div style='display: none'>w</div><nav>n</nav><footer>f</footer><form><input value=v><button>go</button></form>", "a")]
    [InlineData("<p>one <b> two </b>three</p>text<div>after</div>", "one **two** three\n\ntext\n\nafter")]
    [InlineData("<h3>Title<a href='#title'>¶</a></h3>", "### Title")]
    [InlineData("<a href='/card'><div>whole</div><div>card</div></a>", "[whole card](https://example.com/card)")]
    public void Turns_elements_into_markdown(string html, string expected) => Assert.Equal(expected, Convert(html));

    [Fact]
    public void Takes_the_main_part_when_there_is_one_with_content()
    {
        var long_ = string.Concat(Enumerable.Repeat("content ", 40)).Trim();
        Assert.Equal(long_, Convert($"<div>side</div><main><p>{long_}</p></main><div>more</div>"));
        Assert.Equal(long_, Convert($"<div>side</div><article><p>{long_}</p></article><div>more</div>"));
        Assert.Contains("second", Convert("<article>first</article><article>second</article>"), StringComparison.Ordinal);
        Assert.Contains(long_, Convert($"<main>x</main><div>{long_}</div>"), StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_nesting_ends_in_time_with_the_text_still_there()
    {
        var begun = Stopwatch.StartNew();
        foreach (var tag in new[] { "div", "b", "ul><li", "table><tr><td", "blockquote" })
            Assert.Contains("deep", Convert(string.Concat(Enumerable.Repeat($"<{tag}>", 3000)) + "deep"), StringComparison.Ordinal);
        Assert.True(begun.Elapsed < TimeSpan.FromSeconds(30));
    }

    private static string Convert(string html) => HtmlToMarkdown.Convert(html, new Uri("https://example.com/a/b"), TestContext.Current.CancellationToken).Markdown;
}
