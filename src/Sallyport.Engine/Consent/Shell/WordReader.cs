using System.Text;

namespace Sallyport.Engine.Consent.Shell;

/// <summary>Reads words: quotes, escapes, and everything that begins with a dollar or a backtick.</summary>
internal abstract class WordReader(string text, int depth) : ShellText(text, depth)
{
    /// <summary>See <see cref="Script.Sums"/>.</summary>
    protected List<string> Sums { get; } = [];

    /// <summary>See <see cref="Script.Named"/>.</summary>
    protected List<string> Named { get; } = [];

    /// <summary>Reads commands up to a closing parenthesis, which stays.</summary>
    protected abstract Script ReadScript();

    /// <summary>Reads another text of the same line, such as what stands between backticks.</summary>
    protected abstract Script ReadOther(string text);

    /// <summary>Pieces in the making: neighbouring literals of a kind become one.</summary>
    private sealed class Pieces
    {
        private readonly List<Piece> list = [];
        private readonly StringBuilder run = new();
        private bool quoted;

        public bool IsEmpty => list.Count == 0 && run.Length == 0;

        public void Add(char c, bool inQuotes)
        {
            if (inQuotes != quoted) Flush();
            quoted = inQuotes;
            run.Append(c);
        }

        // Quotes with nothing in them still make a word.
        public void Empty()
        {
            Flush();
            list.Add(new Literal("", true));
        }

        public void Add(Piece piece)
        {
            Flush();
            list.Add(piece);
        }

        public string? Bare => list.Count == 0 && !quoted ? run.ToString() : null;

        public List<Piece> Close()
        {
            Flush();
            return list;
        }

        private void Flush()
        {
            if (run.Length > 0) list.Add(new Literal(run.ToString(), quoted));
            run.Clear();
        }
    }

    /// <summary>A word, or null when there is none here.</summary>
    protected Word? ReadWord()
    {
        var start = At;
        var pieces = new Pieces();
        while (!Ended)
        {
            var c = Here;
            if (IsBlank(c) || c is '\n' or ';' or '&' or '|' or ')') break;
            if (c == '(')
            {
                if (pieces.Bare is not { } bare || !IsArrayStart(bare)) break;
                At++;
                pieces.Add(ReadArray());
            }
            else if (c is '<' or '>')
            {
                if (Ahead != '(') break;
                var from = At;
                At++;
                Need('(');
                pieces.Add(Inside(ExpansionKind.Process, from, quoted: false));
            }
            else if (c == '\'')
            {
                At++;
                ReadSingle(pieces);
            }
            else if (c == '"')
            {
                At++;
                ReadDouble(pieces, '"');
            }
            else if (c == '\\')
            {
                At++;
                // Alone at the very end it stands for itself.
                pieces.Add(At < Text.Length ? Text[At++] : '\\', true);
            }
            else if (c is '$' or '`') ReadExpansion(pieces, quoted: false);
            else
            {
                At++;
                pieces.Add(c, false);
            }
        }
        return pieces.IsEmpty ? null : new Word(pieces.Close(), Text[start..At]);
    }

    private static bool IsArrayStart(string bare)
    {
        if (!bare.EndsWith('=')) return false;
        var name = bare.AsSpan(0, bare.Length - (bare.EndsWith("+=", StringComparison.Ordinal) ? 2 : 1));
        if (name.Length == 0 || !IsNameStart(name[0])) return false;
        foreach (var c in name) if (!IsName(c)) return false;
        return true;
    }

    private Expansion ReadArray()
    {
        var from = At;
        Enter();
        var inner = new List<Script>();
        while (true)
        {
            while (IsBlank(Here) || Here == '\n') At++;
            if (Take(')')) break;
            var word = ReadWord() ?? throw Wrong("a list of values is not closed");
            foreach (var piece in word.Pieces) if (piece is Expansion e) inner.AddRange(e.Inner);
        }
        Leave();
        return new Expansion(ExpansionKind.Array, Text[from..At], false, inner);
    }

    private void ReadSingle(Pieces pieces)
    {
        var end = Text.IndexOf('\'', At);
        if (end < 0) throw Wrong("a ' is not closed");
        pieces.Empty();
        for (; At < end; At++) pieces.Add(Text[At], true);
        At = end + 1;
    }

    /// <summary>Up to the closing quote; with '\0' to the end of the text, as in a here-document.</summary>
    private void ReadDouble(Pieces pieces, char close)
    {
        pieces.Empty();
        while (true)
        {
            var c = Here;
            if (Ended)
            {
                if (close == '\0') return;
                throw Wrong("a \" is not closed");
            }
            if (c == close)
            {
                At++;
                return;
            }
            if (c == '\\')
            {
                At++;
                var next = At < Text.Length ? Text[At] : '\0';
                if (next is '$' or '`' or '\\' || (next == '"' && close == '"')) At++;
                else next = '\\';
                pieces.Add(next, true);
            }
            else if (c is '$' or '`') ReadExpansion(pieces, quoted: true);
            else
            {
                At++;
                pieces.Add(c, true);
            }
        }
    }

    /// <summary>The whole text as between double quotes: a here-document's lines.</summary>
    protected Word ReadBody()
    {
        var pieces = new Pieces();
        ReadDouble(pieces, '\0');
        return new Word(pieces.Close(), Text);
    }

    private void ReadExpansion(Pieces pieces, bool quoted)
    {
        var start = At;
        if (Take('`'))
        {
            pieces.Add(new Expansion(ExpansionKind.Command, "`…`", quoted, [ReadOther(Backticked(quoted))]));
            return;
        }
        At++;
        var c = Here;
        if (Ended) pieces.Add('$', quoted);
        else if (c == '\'' && !quoted)
        {
            At++;
            ReadEscaped(pieces);
        }
        else if (c == '"' && !quoted)
        {
            At++;
            ReadDouble(pieces, '"');
        }
        else if (c == '(')
        {
            At++;
            pieces.Add(Here == '(' && TryArithmetic(start, quoted) is { } sum ? sum : Inside(ExpansionKind.Command, start, quoted));
        }
        else if (c == '{')
        {
            At++;
            pieces.Add(ReadBraced(start, quoted));
        }
        else if (c == '[')
        {
            At++;
            var inner = new List<Script>();
            Enter();
            for (var open = 1; open > 0;)
            {
                if (Take('[')) open++;
                else if (Take(']')) open--;
                else if (Here == '\'') throw Wrong("a ' in a sum is not understood");
                else Swallow(inner, quoted);
            }
            Leave();
            Sums.Add(Text[start..At]);
            pieces.Add(new Expansion(ExpansionKind.Arithmetic, Text[start..At], quoted, inner));
        }
        else if (IsNameStart(c))
        {
            while (IsName(Here)) At++;
            pieces.Add(new Expansion(ExpansionKind.Parameter, Text[start..At].Replace("\\\n", "", StringComparison.Ordinal), quoted, []));
        }
        else if (char.IsAsciiDigit(c) || c is '?' or '$' or '!' or '#' or '*' or '@' or '-')
        {
            At++;
            pieces.Add(new Expansion(ExpansionKind.Parameter, "$" + c, quoted, []));
        }
        else pieces.Add('$', quoted);
    }

    private Expansion Inside(ExpansionKind kind, int start, bool quoted)
    {
        var script = ReadScript();
        Need(')');
        return new Expansion(kind, Text[start..At], quoted, [script]);
    }

    // $(( … )); null when it turns out to be a command in parentheses.
    private Expansion? TryArithmetic(int start, bool quoted)
    {
        var before = At;
        At++;
        if (ReadArithmetic(quoted) is { } inner) return new Expansion(ExpansionKind.Arithmetic, Text[start..At], quoted, inner);
        At = before;
        return null;
    }

    /// <summary>From behind <c>((</c> to behind <c>))</c>; null when it does not end so.</summary>
    protected List<Script>? ReadArithmetic(bool quoted)
    {
        var inner = new List<Script>();
        var begin = At;
        var hasQuote = false;
        Enter();
        for (var open = 0; ;)
        {
            if (Ended)
            {
                Leave();
                return null;
            }
            if (Take('(')) open++;
            else if (Here == ')')
            {
                At++;
                if (open-- > 0) continue;
                Leave();
                if (!Take(')')) return null;
                // To find the end bash takes it for a quote, to expand what is inside it does not.
                if (hasQuote) throw Wrong("a ' in a sum is not understood");
                Sums.Add(Text[begin..(At - 2)]);
                return inner;
            }
            else
            {
                hasQuote |= Here == '\'';
                Swallow(inner, quoted);
            }
        }
    }

    /// <summary>Passes over one character, quoted text or expansion, and keeps the commands in it.</summary>
    private void Swallow(List<Script> inner, bool quoted)
    {
        var c = Here;
        if (Ended) throw Wrong("an expansion is not closed");
        var pieces = new Pieces();
        if (c is '$' or '`') ReadExpansion(pieces, quoted);
        else if (c == '"')
        {
            At++;
            ReadDouble(pieces, '"');
        }
        else if (c == '\'')
        {
            // Between double quotes it is sometimes a quote and sometimes not.
            if (quoted) throw Wrong("a ' in an expansion between double quotes is not understood");
            At++;
            ReadSingle(pieces);
        }
        else if (c == '\\') At = Math.Min(At + 2, Text.Length);
        else At++;
        foreach (var piece in pieces.Close()) if (piece is Expansion e) inner.AddRange(e.Inner);
    }

    private Expansion ReadBraced(int start, bool quoted)
    {
        // ${ command; } and ${| command; } run commands in newer shells.
        if (Here is ' ' or '\t' or '\n' or '|') throw Wrong("${ … } with a command in it is not understood");
        var inner = new List<Script>();
        Enter();
        while (!Take('}'))
        {
            // What stands in for an empty variable is a word like any other.
            if (!quoted && Ahead == '(' && (Here is '<' or '>'))
            {
                var from = At++;
                Need('(');
                inner.AddRange(Inside(ExpansionKind.Process, from, quoted).Inner);
            }
            else Swallow(inner, quoted);
        }
        Leave();
        var source = Text[start..At];
        if (source.Contains("@P", StringComparison.Ordinal)) throw Wrong("${…@P} runs what a variable says");
        Subscript(source);
        return new Expansion(ExpansionKind.Parameter, source, quoted, inner);
    }

    // ${x[…]}, ${x:…} and what ${!x} says are worked out as well.
    private void Subscript(string source)
    {
        var at = 2;
        var isIndirect = at < source.Length && source[at] == '!';
        if (at < source.Length && source[at] is '!' or '#') at++;
        var name = at;
        while (at < source.Length && IsName(source[at])) at++;
        if (isIndirect && at < source.Length && source[at] is not ('@' or '*')) Sums.Add(source[name..]);
        else if (at + 1 < source.Length && (source[at] == '[' || (source[at] == ':' && source[at + 1] is not ('-' or '=' or '?' or '+')))) Sums.Add(source[at..]);
    }

    private string Backticked(bool quoted)
    {
        var inner = new StringBuilder();
        while (true)
        {
            if (At >= Text.Length) throw Wrong("a ` is not closed");
            var c = Text[At++];
            Count();
            if (c == '`') return inner.ToString();
            if (c == '\\' && At < Text.Length && (Text[At] is '$' or '`' or '\\' || (quoted && Text[At] == '"'))) c = Text[At++];
            inner.Append(c);
        }
    }

    // $'…'
    private void ReadEscaped(Pieces pieces)
    {
        pieces.Empty();
        while (true)
        {
            if (At >= Text.Length) throw Wrong("a $' is not closed");
            Count();
            var c = Text[At++];
            if (c == '\'') return;
            if (c != '\\')
            {
                pieces.Add(c, true);
                continue;
            }
            if (At >= Text.Length) throw Wrong("a $' is not closed");
            c = Text[At++];
            var code = c switch
            {
                'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'e' or 'E' => '\x1b', 'f' => '\f', 'v' => '\v',
                '\\' or '\'' or '"' or '?' => c,
                'x' => Digits(2, 16, -1),
                'u' => Digits(4, 16, -1),
                'U' => Digits(8, 16, -1),
                'c' => At < Text.Length ? Control(Text[At++]) : -1,
                >= '0' and <= '7' => Digits(2, 8, c - '0'),
                _ => -2,
            };
            if (code == -2)
            {
                pieces.Add('\\', true);
                pieces.Add(c, true);
            }
            // Bytes that are no character of their own, and the one that ends strings.
            else if (code <= 0 || (code > 127 && c is not ('u' or 'U')) || code is > 0x10FFFF or (>= 0xD800 and < 0xE000)) pieces.Add(new Expansion(ExpansionKind.Bytes, "$'\\" + c + "'", true, []));
            else foreach (var one in char.ConvertFromUtf32(code)) pieces.Add(one, true);
        }
    }

    private static int Control(char c) => c is >= '@' and <= 'z' ? char.ToUpperInvariant(c) & 31 : -1;

    private int Digits(int most, int radix, int value)
    {
        for (var i = 0; i < most && At < Text.Length; i++, At++)
        {
            var digit = char.IsAsciiHexDigit(Text[At]) ? Convert.ToInt32(Text[At].ToString(), 16) : 99;
            if (digit >= radix) break;
            value = (value < 0 ? 0 : value) * radix + digit;
        }
        return value;
    }
}
