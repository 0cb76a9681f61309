using System.Text;

namespace Sallyport.Engine.Consent.Shell;

/// <summary>
/// Reads a line as bash reads it, into a tree. What it does not understand it refuses: the caller then treats the line as one
/// that could do anything.
/// </summary>
internal sealed class ShellParser : WordReader
{
    private static readonly string[] Closers = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];
    private static readonly Word Nothing = new([], "");

    private List<HereDocument> waiting = [];

    private ShellParser(string text, int depth) : base(text, depth) { }

    /// <summary>The tree; null with the reason when there is none.</summary>
    public static Script? Parse(string text, out string? error)
    {
        try
        {
            error = null;
            var parser = new ShellParser(text, 0);
            return parser.Whole() with { Sums = parser.Sums, Named = parser.Named };
        }
        catch (ShellSyntaxException e)
        {
            error = e.Message;
            return null;
        }
    }

    protected override Script ReadOther(string text)
    {
        var other = new ShellParser(text, Depth + 1);
        var script = other.Whole();
        Sums.AddRange(other.Sums);
        Named.AddRange(other.Named);
        return script;
    }

    private Script Whole()
    {
        if (Text.Contains('\0', StringComparison.Ordinal)) throw Wrong("it has a NUL character");
        Enter();
        var script = ReadList();
        return Ended ? script : throw Wrong($"\"{Rest()}\" was not expected");
    }

    protected override Script ReadScript()
    {
        // Here-documents that wait outside begin after the line outside ends.
        var outside = waiting;
        waiting = [];
        Enter();
        var script = ReadList();
        Leave();
        if (waiting.Count > 0) throw Wrong("a here-document has no lines");
        waiting = outside;
        return script;
    }

    private Script ReadList()
    {
        var steps = new List<Step>();
        var joint = Joint.Next;
        while (true)
        {
            SkipLines();
            if (Ended || Here is ')' or ';' || Array.IndexOf(Closers, Keyword()) >= 0)
            {
                if (joint != Joint.Next) throw Wrong("a command is missing after && or ||");
                return new Script(steps);
            }
            var node = ReadPipeline();
            var (before, background) = (joint, false);
            joint = Joint.Next;
            SkipBlanks();
            if (Here == '&')
            {
                At++;
                if (Take('&')) joint = Joint.And;
                else background = true;
            }
            else if (Here == '|')
            {
                At++;
                Need('|');
                joint = Joint.Or;
            }
            else if (Here == ';' && Ahead is not (';' or '&')) At++;
            else if (Here is not ('\n' or ')' or ';') && !Ended) throw Wrong($"\"{Rest()}\" was not expected");
            steps.Add(new Step(before, node, background));
        }
    }

    private Node ReadPipeline()
    {
        while (true)
        {
            SkipBlanks();
            var word = Keyword();
            if (word is not ("!" or "time")) break;
            ReadWord();
            SkipBlanks();
            if (word == "time" && Keyword() == "-p") ReadWord();
            // "time" alone times nothing.
            SkipBlanks();
            if (Ended || Here is '\n' or ';' or '&' or '|' or ')') return new Simple([], [], []);
        }
        var nodes = new List<Node> { ReadCommand() };
        while (true)
        {
            SkipBlanks();
            if (Here != '|' || Ahead == '|') return nodes.Count == 1 ? nodes[0] : new Pipeline(nodes);
            At++;
            Take('&');
            SkipLines();
            nodes.Add(ReadCommand());
        }
    }

    private Node ReadCommand()
    {
        SkipBlanks();
        Enter();
        var node = ReadCompound() ?? ReadSimple();
        Leave();
        return node;
    }

    private Node? ReadCompound()
    {
        if (Here == '(')
        {
            At++;
            if (Here == '(')
            {
                var before = At++;
                if (ReadArithmetic(quoted: false) is { } sums) return new Compound("((", [], sums, Redirections());
                At = before;
            }
            var inside = ReadScript();
            Need(')');
            return new Compound("(", [], [inside], Redirections());
        }
        var keyword = Keyword();
        switch (keyword)
        {
            case "{":
                ReadWord();
                var group = ReadList();
                Expect("}");
                return new Compound("{", [], [group], Redirections());
            case "if":
                ReadWord();
                var parts = new List<Script> { ReadList() };
                Expect("then");
                parts.Add(ReadList());
                while (Keyword() is "elif" or "else")
                {
                    var isElse = ReadWord()!.Bare == "else";
                    parts.Add(ReadList());
                    if (isElse) break;
                    Expect("then");
                    parts.Add(ReadList());
                }
                Expect("fi");
                return new Compound("if", [], parts, Redirections());
            case "while" or "until":
                ReadWord();
                var condition = ReadList();
                var body = Body();
                return new Compound(keyword, [], [condition, body], Redirections());
            case "for" or "select": return ReadFor(keyword);
            case "case": return ReadCase();
            case "function":
                ReadWord();
                SkipBlanks();
                var name = ReadWord()?.Bare ?? throw Wrong("a function has no plain name");
                SkipBlanks();
                if (Take('('))
                {
                    SkipBlanks();
                    Need(')');
                }
                SkipLines();
                return new FunctionDefinition(name, ReadCompound() ?? throw Wrong("a function has no body"));
            case "[[": return ReadCondition();
            case "coproc": throw Wrong("coproc is not understood");
            case not null when Array.IndexOf(Closers, keyword) >= 0: throw Wrong($"\"{keyword}\" was not expected");
            default: return null;
        }
    }

    private Script Body()
    {
        Expect("do");
        var body = ReadList();
        Expect("done");
        return body;
    }

    private Compound ReadFor(string keyword)
    {
        ReadWord();
        SkipBlanks();
        var words = new List<Word>();
        if (Here == '(')
        {
            At++;
            Need('(');
            var sums = ReadArithmetic(quoted: false) ?? throw Wrong("for (( is not closed");
            SkipBlanks();
            Take(';');
            SkipLines();
            sums.Add(Keyword() == "{" ? Braces() : Body());
            return new Compound(keyword, [], sums, Redirections());
        }
        if (ReadWord()?.Bare is not { } name || !IsNameStart(name[0])) throw Wrong("for has no variable");
        SkipLines();
        Named.Add(name);
        if (Keyword() == "in")
        {
            ReadWord();
            while (true)
            {
                SkipBlanks();
                if (ReadWord() is not { } word) break;
                words.Add(word);
            }
        }
        SkipBlanks();
        Take(';');
        SkipLines();
        var body = Keyword() == "{" ? Braces() : Body();
        return new Compound(keyword, words, [body], Redirections()) { Variable = name };
    }

    private Script Braces()
    {
        Expect("{");
        var body = ReadList();
        Expect("}");
        return body;
    }

    private Compound ReadCase()
    {
        ReadWord();
        SkipBlanks();
        var words = new List<Word> { ReadWord() ?? throw Wrong("case has no word") };
        var parts = new List<Script>();
        SkipLines();
        Expect("in");
        while (true)
        {
            SkipLines();
            if (Keyword() == "esac") break;
            Take('(');
            do
            {
                SkipBlanks();
                words.Add(ReadWord() ?? throw Wrong("a pattern of case is missing"));
                SkipBlanks();
            }
            while (Take('|'));
            Need(')');
            parts.Add(ReadList());
            if (!Take(';')) continue;
            if (Take(';')) Take('&');
            else Need('&');
        }
        Expect("esac");
        return new Compound("case", words, parts, Redirections());
    }

    private Compound ReadCondition()
    {
        ReadWord();
        var words = new List<Word>();
        while (true)
        {
            while (IsBlank(Here) || Here == '\n') At++;
            if (Ended || Here is '#' or ';') throw Wrong("[[ is not closed");
            if (ReadWord() is { } word)
            {
                if (word.Bare == "]]") break;
                words.Add(word);
            }
            else At++;
        }
        return new Compound("[[", words, [], Redirections());
    }

    private List<Redirection> Redirections()
    {
        var list = new List<Redirection>();
        while (true)
        {
            SkipBlanks();
            if (TryRedirection() is not { } one) return list;
            list.Add(one);
        }
    }

    private Node ReadSimple()
    {
        var (assignments, words, redirections) = (new List<Assignment>(), new List<Word>(), new List<Redirection>());
        while (true)
        {
            SkipBlanks();
            if (TryRedirection() is { } redirection)
            {
                redirections.Add(redirection);
                continue;
            }
            if (ReadWord() is not { } word) break;
            if (words.Count == 0 && AsAssignment(word) is { } assignment)
            {
                assignments.Add(assignment);
                continue;
            }
            words.Add(word);
            if (words.Count > 1 || assignments.Count > 0 || redirections.Count > 0) continue;
            SkipBlanks();
            if (Here != '(') continue;
            At++;
            SkipBlanks();
            Need(')');
            SkipLines();
            return new FunctionDefinition(word.Bare ?? throw Wrong("a function has no plain name"), ReadCompound() ?? throw Wrong("a function has no body"));
        }
        if (assignments.Count + words.Count + redirections.Count == 0) throw Wrong(Ended ? "it ends where a command should be" : $"\"{Rest()}\" was not expected");
        return new Simple(assignments, words, redirections);
    }

    private Assignment? AsAssignment(Word word)
    {
        if (word.Pieces is not [Literal { Quoted: false } first, ..] || first.Text.IndexOf('=', StringComparison.Ordinal) is var equals && equals <= 0) return null;
        var name = first.Text.AsSpan(0, first.Text[equals - 1] == '+' ? equals - 1 : equals);
        var plain = name.IndexOf('[') is > 0 and var bracket && name[^1] == ']' ? name[..bracket] : name;
        if (plain.Length == 0 || !IsNameStart(plain[0])) return null;
        foreach (var c in plain) if (!IsName(c)) return null;
        if (plain.Length < name.Length) Sums.Add(name[plain.Length..].ToString());
        var value = new List<Piece> { first with { Text = first.Text[(equals + 1)..] } };
        for (var i = 1; i < word.Pieces.Count; i++) value.Add(word.Pieces[i]);
        return new Assignment(plain.ToString(), new Word(value, word.Source));
    }

    private Redirection? TryRedirection()
    {
        var start = At;
        while (char.IsAsciiDigit(Here)) At++;
        // {name}>file picks a free handle.
        if (At == start && Here == '{')
        {
            At++;
            while (IsName(Here)) At++;
            if (!Take('}')) At = start;
            else if (Here is '<' or '>') Named.Add(Text[(start + 1)..(At - 1)]);
        }
        var numbered = At > start;
        var mark = Here;
        if (mark is not ('<' or '>') && (mark != '&' || Ahead != '>' || numbered) || (mark is '<' or '>' && Ahead == '(' && !numbered))
        {
            At = start;
            return null;
        }
        var sign = new StringBuilder().Append(mark);
        At++;
        if (mark == '&')
        {
            At++;
            sign.Append('>');
            if (Take('>')) sign.Append('>');
        }
        else if (mark == '>')
        {
            if (Here is '>' or '|' or '&') sign.Append(Text[At++]);
        }
        else if (Here is '>' or '&') sign.Append(Text[At++]);
        else if (Take('<'))
        {
            sign.Append('<');
            if (Here is '<' or '-') sign.Append(Text[At++]);
        }
        SkipBlanks();
        var target = ReadWord() ?? throw Wrong($"{sign} has no target");
        var text = sign.ToString();
        if (text is not ("<<" or "<<-")) return new Redirection(text, target);
        var (end, quoted) = (new StringBuilder(), false);
        foreach (var piece in target.Pieces)
        {
            if (piece is not Literal literal) throw Wrong("the end of a here-document is not plain");
            end.Append(literal.Text);
            quoted |= literal.Quoted;
        }
        var document = new HereDocument(end.ToString(), quoted, text == "<<-");
        waiting.Add(document);
        return new Redirection("<<", Nothing) { Document = document };
    }

    private void ReadDocuments()
    {
        foreach (var document in waiting)
        {
            var body = new StringBuilder();
            while (At < Text.Length)
            {
                var line = NextLine(joins: !document.IsQuoted);
                if (document.StripsTabs) line = line.TrimStart('\t');
                if (line == document.End) break;
                body.Append(line).Append('\n');
            }
            var text = body.ToString();
            document.Body = document.IsQuoted ? new Word([new Literal(text, true)], text) : new ShellParser(text, Depth + 1).ReadBody();
        }
        waiting.Clear();
    }

    private string NextLine(bool joins)
    {
        var line = new StringBuilder();
        while (true)
        {
            var end = Text.IndexOf('\n', At);
            var part = Text[At..(end < 0 ? Text.Length : end)];
            At = end < 0 ? Text.Length : end + 1;
            var slashes = part.Length - part.AsSpan().TrimEnd('\\').Length;
            if (!joins || slashes % 2 == 0 || end < 0) return line.Append(part).ToString();
            line.Append(part, 0, part.Length - 1);
        }
    }

    private void SkipBlanks()
    {
        while (IsBlank(Here)) At++;
        if (Here != '#') return;
        while (At < Text.Length && Text[At] != '\n') At++;
    }

    private void SkipLines()
    {
        while (true)
        {
            SkipBlanks();
            if (Here != '\n') return;
            At++;
            ReadDocuments();
        }
    }

    // The word here when it is unquoted and so might be a keyword; nothing is taken.
    private string? Keyword()
    {
        SkipBlanks();
        var start = At;
        while (char.IsAsciiLetter(Here) || Here is '{' or '}' or '!' or '[' or ']' or '-') At++;
        var word = At > start && (Ended || IsBlank(Here) || Here is '\n' or ';' or '&' or '|' or '(' or ')' or '<' or '>') ? Text[start..At].Replace("\\\n", "", StringComparison.Ordinal) : null;
        At = start;
        return word;
    }

    private void Expect(string keyword)
    {
        if (Keyword() != keyword) throw Wrong($"{keyword} is missing");
        ReadWord();
    }
}
