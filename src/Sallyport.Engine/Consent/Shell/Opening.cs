namespace Sallyport.Engine.Consent.Shell;

/// <summary>What is inside of a command: other commands, shell text, code.</summary>
internal sealed class Opening
{
    /// <summary>Commands that it starts, with the place in the words where each begins.</summary>
    public List<(IReadOnlyList<ShellWord> Words, int At)> Inner { get; } = [];

    /// <summary>Shell lines that it runs.</summary>
    public List<string> Scripts { get; } = [];

    /// <summary>Variables that it sets for what it starts.</summary>
    public List<string> Variables { get; } = [];

    /// <summary>Variables that it sets in this shell.</summary>
    public List<string> Sets { get; } = [];

    public IReadOnlyList<ShellWord>? Canonical { get; set; }

    public string? Unknown { get; private set; }

    public bool IsOpaque { get; private set; }

    public string? Code { get; set; }

    public CommandTraits Traits { get; set; }

    /// <summary>It does nothing but start the other.</summary>
    public bool IsTransparent { get; set; }

    /// <summary>It goes to another folder.</summary>
    public bool Moves { get; set; }

    /// <summary>What it starts runs in a folder that is not known.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>What it runs, runs in this shell and may change it.</summary>
    public bool IsSameShell { get; set; }

    /// <summary>It runs code that cannot be judged.</summary>
    public void Runs(string why) => Unknown ??= why;

    /// <summary>Nobody can tell which commands it runs.</summary>
    public void Hides(string why)
    {
        Unknown ??= why;
        IsOpaque = true;
    }

    /// <summary>Shell text in a word.</summary>
    public void Script(ShellWord? word, string name)
    {
        if (word is null) return;
        if (word.Value is { } text && !word.IsGlob) Scripts.Add(text);
        else Hides($"what {name} runs comes from an expansion");
    }

    /// <summary>Shell text in several words, as eval joins them.</summary>
    public void Script(IReadOnlyList<ShellWord> words, int from, string name)
    {
        var parts = new List<string>();
        for (var i = from; i < words.Count; i++)
        {
            if (words[i].Value is not { } text || words[i].IsGlob)
            {
                Hides($"what {name} runs comes from an expansion");
                return;
            }
            parts.Add(text);
        }
        if (parts.Count > 0) Scripts.Add(string.Join(' ', parts));
    }

    public void Start(IReadOnlyList<ShellWord> words, int at)
    {
        if (at < words.Count) Inner.Add(([.. words.Skip(at)], at));
    }
}

/// <summary>The options before a command's operands, read as getopt reads them.</summary>
internal readonly ref struct Options
{
    /// <summary>What was given, by letter or long name, with its value.</summary>
    public List<(string Name, ShellWord? Value)> Given { get; } = [];

    /// <summary>The first operand.</summary>
    public int End { get; }

    /// <summary>A word among them is not known.</summary>
    public bool AreHidden { get; }

    /// <param name="words">The command.</param>
    /// <param name="from">Where its options begin.</param>
    /// <param name="letters">Letters that take a value.</param>
    /// <param name="names">Long names that take a value in the next word; may be cut short as getopt allows.</param>
    public Options(IReadOnlyList<ShellWord> words, int from, string letters, params ReadOnlySpan<string> names)
    {
        var at = from;
        for (; at < words.Count; at++)
        {
            if (words[at].IsLoose)
            {
                AreHidden = true;
                break;
            }
            var text = words[at].Value!;
            if (text.Length < 2 || text[0] != '-') break;
            if (text == "--")
            {
                at++;
                break;
            }
            if (text.StartsWith("--", StringComparison.Ordinal))
            {
                var equals = text.IndexOf('=', StringComparison.Ordinal);
                var name = equals < 0 ? text[2..] : text[2..equals];
                var takes = false;
                foreach (var one in names)
                {
                    if (!one.StartsWith(name, StringComparison.Ordinal)) continue;
                    (takes, name) = (true, one);
                    break;
                }
                Given.Add((name, equals >= 0 ? words[at] with { Value = text[(equals + 1)..] } : takes && at + 1 < words.Count ? words[++at] : null));
                continue;
            }
            for (var i = 1; i < text.Length; i++)
            {
                if (letters.IndexOf(text[i], StringComparison.Ordinal) < 0)
                {
                    Given.Add((text[i].ToString(), null));
                    continue;
                }
                Given.Add((text[i].ToString(), i + 1 < text.Length ? words[at] with { Value = text[(i + 1)..] } : at + 1 < words.Count ? words[++at] : null));
                break;
            }
        }
        End = at;
    }

    public bool Has(string letter, string name) => Find(letter, name, out _);

    public bool Find(string letter, string name, out ShellWord? value)
    {
        foreach (var (given, with) in Given)
        {
            value = with;
            if (given == letter || given == name) return true;
        }
        value = null;
        return false;
    }
}
