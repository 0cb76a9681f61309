using System.Globalization;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Sallyport.Tools.Web;

/// <summary>
/// The readable content of a page as Markdown: headings, lists, links, code, tables, quotes. Navigation, scripts, forms and what
/// is hidden are left out; where the page marks its main part, only that is taken.
/// </summary>
internal sealed class HtmlToMarkdown
{
    // Deeper than any page; what is below becomes plain text.
    private const int MostDepth = 150;

    private readonly Uri address;
    private readonly CancellationToken cancellation;

    private HtmlToMarkdown(Uri address, CancellationToken cancellation) => (this.address, this.cancellation) = (address, cancellation);

    public static (string Markdown, string? Title) Convert(string html, Uri address, CancellationToken cancellation)
    {
        using var document = new HtmlParser().ParseDocument(html);
        cancellation.ThrowIfCancellationRequested();
        var root = document.QuerySelector("base[href]")?.GetAttribute("href") is { } given && Uri.TryCreate(address, given, out var based) ? based : address;
        var converter = new HtmlToMarkdown(root, cancellation);
        var body = (INode?)document.Body ?? document;
        var text = "";
        if (Main(document) is { } main) text = converter.Whole(main);
        // A main part with next to nothing in it is not where the content is.
        if (text.Length < 200 && converter.Whole(body) is var all && all.Length > 4 * text.Length) text = all;
        return (text, document.Title is { Length: > 0 } title ? Collapse(title).Trim() : null);
    }

    private static IElement? Main(IDocument document)
    {
        if (document.QuerySelector("main, [role=main]") is { } main) return main;
        IElement? only = null;
        foreach (var article in document.QuerySelectorAll("article"))
        {
            // Several of them are a list of teasers: then the page itself is the content.
            if (only is not null && !only.Contains(article)) return null;
            only ??= article;
        }
        return only;
    }

    private string Whole(INode node)
    {
        var blocks = new List<string>();
        Blocks(node, blocks, 0);
        return string.Join("\n\n", blocks);
    }

    private void Blocks(INode parent, List<string> blocks, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        var line = new StringBuilder();
        void Flush()
        {
            var text = Tidy(line);
            if (text.Length > 0) blocks.Add(text);
            line.Clear();
        }
        foreach (var node in parent.ChildNodes)
        {
            if (node is not IElement element)
            {
                if (node is IText) Inline(node, line, depth);
                continue;
            }
            if (IsDropped(element)) continue;
            if (!IsBlock(element) && !HoldsBlocks(element))
            {
                Inline(element, line, depth);
                continue;
            }
            Flush();
            if (depth > MostDepth)
            {
                if (Collapse(element.TextContent).Trim() is { Length: > 0 } rest) blocks.Add(rest);
                return;
            }
            Block(element, blocks, depth + 1);
        }
        Flush();
    }

    private void Block(IElement element, List<string> blocks, int depth)
    {
        switch (element.LocalName)
        {
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                if (Line(element, depth) is { Length: > 0 } heading) blocks.Add(new string('#', element.LocalName[1] - '0') + " " + heading.Replace('\n', ' '));
                break;
            case "pre":
                if (element.TextContent.Trim('\n', '\r') is { Length: > 0 } code) blocks.Add(Fence(code.TrimEnd(), Language(element)));
                break;
            case "ul" or "ol" or "menu":
                if (List(element, depth) is { Length: > 0 } list) blocks.Add(list);
                break;
            case "table" when element.QuerySelector("table") is null:
                if (Table(element, depth) is { Length: > 0 } table) blocks.Add(table);
                break;
            case "blockquote":
                var quoted = new List<string>();
                Blocks(element, quoted, depth);
                if (quoted.Count > 0) blocks.Add("> " + string.Join("\n\n", quoted).Replace("\n", "\n> ", StringComparison.Ordinal));
                break;
            case "hr":
                blocks.Add("---");
                break;
            case "dt":
                if (Line(element, depth) is { Length: > 0 } term) blocks.Add($"**{term}**");
                break;
            case "dd":
                var meaning = new List<string>();
                Blocks(element, meaning, depth);
                if (meaning.Count > 0) blocks.Add(": " + string.Join("\n\n", meaning).Replace("\n", "\n  ", StringComparison.Ordinal));
                break;
            default:
                Blocks(element, blocks, depth);
                break;
        }
    }

    private string List(IElement list, int depth)
    {
        var text = new StringBuilder();
        var number = int.TryParse(list.GetAttribute("start"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var first) ? first : 1;
        foreach (var item in list.Children)
        {
            if (IsDropped(item)) continue;
            var blocks = new List<string>();
            // A list right inside a list belongs to the item before it.
            if (item.LocalName is "ul" or "ol") Block(item, blocks, depth + 1);
            else Blocks(item, blocks, depth + 1);
            if (blocks.Count == 0) continue;
            var mark = item.LocalName is "ul" or "ol" ? "  " : list.LocalName == "ol" ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            if (text.Length > 0) text.Append('\n');
            text.Append(mark).Append(string.Join('\n', blocks).Replace("\n", "\n" + new string(' ', mark.Length), StringComparison.Ordinal));
        }
        return text.ToString();
    }

    private string Table(IElement table, int depth)
    {
        var rows = new List<List<string>>();
        var columns = 0;
        foreach (var row in table.QuerySelectorAll("tr"))
        {
            var cells = new List<string>();
            foreach (var cell in row.Children)
            {
                if (cell.LocalName is not ("td" or "th")) continue;
                var parts = new List<string>();
                Blocks(cell, parts, depth + 1);
                cells.Add(string.Join(' ', parts).Replace('\n', ' ').Replace("|", "\\|", StringComparison.Ordinal));
            }
            if (cells.TrueForAll(string.IsNullOrWhiteSpace)) continue;
            rows.Add(cells);
            columns = Math.Max(columns, cells.Count);
        }
        // One column is layout.
        if (columns == 1) return string.Join("\n\n", rows.Select(r => r[0]));
        var text = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            for (var c = 0; c < columns; c++) text.Append("| ").Append(c < rows[i].Count ? rows[i][c] : "").Append(' ');
            text.Append("|\n");
            if (i == 0) text.Append('|').Append(string.Concat(Enumerable.Repeat(" --- |", columns))).Append('\n');
        }
        return text.ToString().TrimEnd();
    }

    private string Line(INode node, int depth)
    {
        var line = new StringBuilder();
        foreach (var child in node.ChildNodes) Inline(child, line, depth);
        return Tidy(line);
    }

    private void Inline(INode node, StringBuilder line, int depth)
    {
        if (node is IText text)
        {
            line.Append(Collapse(text.Data));
            return;
        }
        if (node is not IElement element || IsDropped(element)) return;
        if (depth > MostDepth)
        {
            line.Append(Collapse(element.TextContent));
            return;
        }
        switch (element.LocalName)
        {
            case "br":
                line.Append('\n');
                break;
            case "img":
                if (Collapse(element.GetAttribute("alt") ?? "").Trim() is { Length: > 0 } alt) line.Append("[image: ").Append(alt).Append(']');
                break;
            case "a":
                Link(element, line, depth);
                break;
            case "code" or "kbd" or "samp" or "tt":
                var code = Collapse(element.TextContent).Trim();
                if (code.Length == 0) break;
                if (code.Contains('`', StringComparison.Ordinal)) line.Append("`` ").Append(code).Append(" ``");
                else line.Append('`').Append(code).Append('`');
                break;
            case "strong" or "b":
                Wrapped(element, "**", line, depth);
                break;
            case "em" or "i":
                Wrapped(element, "_", line, depth);
                break;
            case "del" or "s":
                Wrapped(element, "~~", line, depth);
                break;
            default:
                // A block inside a line still parts words.
                if (IsBlock(element)) line.Append(' ');
                foreach (var child in element.ChildNodes) Inline(child, line, depth + 1);
                if (IsBlock(element)) line.Append(' ');
                break;
        }
    }

    private void Wrapped(IElement element, string mark, StringBuilder line, int depth)
    {
        var inside = new StringBuilder();
        foreach (var child in element.ChildNodes) Inline(child, inside, depth + 1);
        var text = inside.ToString();
        if (string.IsNullOrWhiteSpace(text))
        {
            line.Append(text);
            return;
        }
        // Marks stand at the words, spaces outside.
        if (char.IsWhiteSpace(text[0])) line.Append(' ');
        line.Append(mark).Append(text.Trim()).Append(mark);
        if (char.IsWhiteSpace(text[^1])) line.Append(' ');
    }

    private void Link(IElement element, StringBuilder line, int depth)
    {
        var inside = new StringBuilder();
        foreach (var child in element.ChildNodes) Inline(child, inside, depth + 1);
        var text = Tidy(inside).Replace('\n', ' ');
        // The mark beside a heading that links to itself.
        if (text is "" or "#" or "¶" or "§" or "🔗") return;
        var target = element.GetAttribute("href")?.Trim();
        if (string.IsNullOrEmpty(target) || target.StartsWith('#') || !Uri.TryCreate(address, target, out var absolute) || absolute.Scheme is not ("http" or "https" or "mailto" or "ftp")) line.Append(text);
        else line.Append('[').Append(text).Append("](").Append(absolute.AbsoluteUri.Replace(")", "%29", StringComparison.Ordinal)).Append(')');
    }

    private static string Fence(string code, string language)
    {
        var fence = "```";
        while (code.Contains(fence, StringComparison.Ordinal)) fence += "`";
        return $"{fence}{language}\n{code.ReplaceLineEndings("\n")}\n{fence}";
    }

    // language-cs, lang-cs, highlight-source-cs, brush: cs; on the block, the code in it, or what is around.
    private static string Language(IElement block)
    {
        foreach (var element in new[] { block.QuerySelector("code"), block, block.ParentElement, block.ParentElement?.ParentElement })
        {
            if (element is null) continue;
            if ((element.GetAttribute("data-lang") ?? element.GetAttribute("data-language")) is { } named && Plain(named)) return named;
            foreach (var name in element.ClassList)
            {
                foreach (var start in new[] { "language-", "lang-", "highlight-source-", "sourceCode-", "highlight-" })
                    if (name.StartsWith(start, StringComparison.Ordinal) && name.Length > start.Length && Plain(name[start.Length..])) return name[start.Length..];
            }
        }
        return "";
        static bool Plain(string name) => name.Length is > 0 and < 20 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '#' or '-' or '.');
    }

    private static bool IsDropped(IElement element)
    {
        switch (element.LocalName)
        {
            case "script" or "style" or "noscript" or "template" or "nav" or "footer" or "aside" or "svg" or "iframe" or "canvas" or "object" or "button" or "input" or "select" or "textarea" or "dialog" or "head" or "link" or "meta" or "audio" or "video":
                return true;
            case "header" when element.QuerySelector("h1") is null && element.ParentElement?.LocalName == "body":
                return true;
        }
        return element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true"
            || element.GetAttribute("role") is "navigation" or "banner" or "contentinfo" or "search" or "complementary"
            || (element.GetAttribute("style") is { } style && style.Replace(" ", "", StringComparison.Ordinal).Contains("display:none", StringComparison.OrdinalIgnoreCase));
    }

    private static bool HoldsBlocks(IElement element)
    {
        foreach (var child in element.Children) if (IsBlock(child) && element.LocalName is not ("a" or "button" or "label")) return true;
        return false;
    }

    private static bool IsBlock(IElement element) => element.LocalName is "address" or "article" or "blockquote" or "body" or "center" or "dd" or "details" or "div" or "dl" or "dt" or "fieldset" or "figcaption" or "figure" or "form"
        or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "header" or "hgroup" or "hr" or "html" or "li" or "main" or "menu" or "ol" or "p" or "pre" or "section" or "summary" or "table" or "tbody" or "td" or "tfoot" or "th" or "thead" or "tr" or "ul";

    private static string Collapse(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is not (' ' or '\t' or '\n' or '\r' or '\f' or '\u00A0')) result.Append(c);
            else if (result.Length == 0 || result[^1] != ' ') result.Append(' ');
        }
        return result.ToString();
    }

    // One space between words, none at the ends of lines.
    private static string Tidy(StringBuilder raw)
    {
        var line = raw.ToString();
        var result = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            if (c == ' ' && (result.Length == 0 || result[^1] is ' ' or '\n')) continue;
            if (c == '\n') while (result.Length > 0 && result[^1] == ' ') result.Length--;
            result.Append(c);
        }
        return result.ToString().Trim();
    }
}
