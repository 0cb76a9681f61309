using System.Globalization;
using System.Text;

namespace Sallyport.Engine.Consent.Shell;

/// <summary>Makes of a word what bash makes of it, as far as that can be told without running anything.</summary>
/// <param name="home">Where <c>~</c> leads; null when the line changes it.</param>
/// <param name="folder">Where the line stands; null when that is not known.</param>
internal readonly struct Expander(string? home, string? folder)
{
    private const int MostWords = 256;

    // A character, or an expansion; a quoted NUL stands for quotes with nothing in them.
    private readonly record struct Cell(char Char, bool Quoted, Expansion? Expansion);

    public List<ShellWord> Words(IReadOnlyList<Word> words)
    {
        var result = new List<ShellWord>();
        foreach (var word in words)
        {
            if (Process(word) is { } process) result.Add(process);
            else
            {
                var cells = Cells(word);
                var many = HasBraces(cells) ? Braces(cells, 0) : [cells];
                if (many is null || result.Count + many.Count > MostWords) result.Add(new ShellWord(word.Source, null));
                else foreach (var one in many) if (Render(one, word.Source, many.Count == 1) is { } rendered) result.Add(rendered);
            }
        }
        return result;
    }

    /// <summary>A word that stays one: a redirection's target, a value.</summary>
    public ShellWord One(Word word) => Process(word) ?? Render(Cells(word), word.Source, true) ?? new ShellWord(word.Source, "");

    private static ShellWord? Process(Word word) => word.Pieces is [Expansion { Kind: ExpansionKind.Process }] ? new ShellWord(word.Source, null) { IsProcess = true } : null;

    private List<Cell> Cells(Word word)
    {
        var cells = new List<Cell>(word.Source.Length);
        foreach (var piece in word.Pieces)
        {
            if (piece is Expansion expansion) AddKnown(cells, expansion);
            else if (piece is Literal { Text.Length: 0 } or null) cells.Add(new Cell('\0', true, null));
            else foreach (var c in ((Literal)piece).Text) cells.Add(new Cell(c, piece.Quoted, null));
        }
        return cells;
    }

    private void AddKnown(List<Cell> cells, Expansion expansion)
    {
        var known = expansion.Source switch { "$HOME" or "${HOME}" => home, "$PWD" or "${PWD}" => folder, _ => null };
        // Unquoted, a value with blanks or patterns becomes something else.
        if (known is null || (!expansion.Quoted && known.AsSpan().IndexOfAny(" \t\n*?[") >= 0)) cells.Add(new Cell('\0', expansion.Quoted, expansion));
        else foreach (var c in known) cells.Add(new Cell(c, true, null));
    }

    private ShellWord? Render(List<Cell> cells, string source, bool asWritten)
    {
        var (value, isStatic, quoted, glob, bracket) = (new StringBuilder(), true, false, false, false);
        var start = 0;
        if (cells.Count > 0 && cells[0] is { Char: '~', Quoted: false, Expansion: null })
        {
            if (home is not null && (cells.Count == 1 || cells[1] is { Char: '/', Expansion: null, Quoted: false })) value.Append(home);
            else isStatic = false;
            start = 1;
        }
        for (var i = start; i < cells.Count; i++)
        {
            var cell = cells[i];
            quoted |= cell.Quoted;
            if (cell.Expansion is { } expansion)
            {
                isStatic = false;
                value.Append(expansion.Source);
                continue;
            }
            if (cell is { Char: '\0', Quoted: true }) continue;
            value.Append(cell.Char);
            if (cell.Quoted) continue;
            glob |= cell.Char is '*' or '?' || (bracket && cell.Char == ']');
            bracket |= cell.Char == '[';
        }
        if (value.Length == 0 && !quoted && isStatic) return null;
        var text = value.ToString();
        return new ShellWord(asWritten ? source : text, isStatic ? text : null) { IsGlob = glob };
    }

    private static bool HasBraces(List<Cell> cells)
    {
        foreach (var cell in cells) if (cell is { Char: '{', Quoted: false }) return true;
        return false;
    }

    /// <summary>All words of a word with braces; null when it cannot be told how bash would divide it.</summary>
    private static List<List<Cell>>? Braces(List<Cell> cells, int depth)
    {
        if (depth > 12) return null;
        var open = cells.FindIndex(static c => c is { Char: '{', Quoted: false, Expansion: null });
        if (open < 0) return [cells];
        var (level, close) = (0, -1);
        var commas = new List<int>();
        for (var i = open; i < cells.Count && close < 0; i++)
        {
            if (cells[i].Quoted || cells[i].Expansion is not null) continue;
            if (cells[i].Char == '{') level++;
            else if (cells[i].Char == '}' && --level == 0) close = i;
            else if (cells[i].Char == ',' && level == 1) commas.Add(i);
        }
        var alternatives = new List<List<Cell>>();
        if (close >= 0 && commas.Count > 0)
        {
            var from = open + 1;
            commas.Add(close);
            foreach (var comma in commas)
            {
                if (Braces(cells[from..comma], depth + 1) is not { } inner) return null;
                alternatives.AddRange(inner);
                from = comma + 1;
            }
        }
        else if (close < 0 || !AddSequence(cells[(open + 1)..close], alternatives))
        {
            // Literal, unless something further on makes it doubtful.
            foreach (var cell in cells) if (cell is { Quoted: false, Char: ',' }) return null;
            for (var i = 1; i < cells.Count; i++) if (cells[i] is { Char: '.', Quoted: false } && cells[i - 1] is { Char: '.', Quoted: false }) return null;
            return [cells];
        }
        if (Braces(cells[(close + 1)..], depth + 1) is not { } ends || alternatives.Count * ends.Count > MostWords) return null;
        var all = new List<List<Cell>>(alternatives.Count * ends.Count);
        foreach (var alternative in alternatives) foreach (var end in ends) all.Add([.. cells[..open], .. alternative, .. end]);
        return all;
    }

    private static bool AddSequence(List<Cell> cells, List<List<Cell>> into)
    {
        var text = new StringBuilder();
        foreach (var cell in cells)
        {
            if (cell.Quoted || cell.Expansion is not null) return false;
            text.Append(cell.Char);
        }
        var parts = text.ToString().Split("..");
        if (parts.Length != 2) return false;
        if (parts[0] is [var a] && parts[1] is [var b] && ((char.IsAsciiLetterLower(a) && char.IsAsciiLetterLower(b)) || (char.IsAsciiLetterUpper(a) && char.IsAsciiLetterUpper(b))))
        {
            for (var c = a; ; c = (char)(a <= b ? c + 1 : c - 1))
            {
                into.Add([new Cell(c, false, null)]);
                if (c == b) return true;
            }
        }
        if (!IsPlainNumber(parts[0], out var from) || !IsPlainNumber(parts[1], out var to) || Math.Abs(from - to) >= MostWords) return false;
        for (var n = from; ; n += from <= to ? 1 : -1)
        {
            var cellsOf = new List<Cell>();
            foreach (var c in n.ToString(CultureInfo.InvariantCulture)) cellsOf.Add(new Cell(c, false, null));
            into.Add(cellsOf);
            if (n == to) return true;
        }
    }

    // Leading zeros would pad.
    private static bool IsPlainNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number.ToString(CultureInfo.InvariantCulture) == text;
}
