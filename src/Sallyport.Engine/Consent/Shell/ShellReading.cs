namespace Sallyport.Engine.Consent.Shell;

/// <summary>What a shell line would do, as far as it can be told without running it.</summary>
internal sealed class ShellReading(string line)
{
    public string Line { get; } = line;

    /// <summary>Every command, those in substitutions and behind wrappers too.</summary>
    public List<EffectiveCommand> Commands { get; } = [];

    /// <summary>Files that redirections write.</summary>
    public List<PathUse> Writes { get; } = [];

    /// <summary>Files that redirections read.</summary>
    public List<PathUse> Reads { get; } = [];

    /// <summary>Why a person has to look at the line as a whole: it cannot be read, or changes what its commands mean.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>Nobody can tell which commands run.</summary>
    public bool IsOpaque { get; set; }

    /// <summary>Text that programs may run, in variables that they look at.</summary>
    public List<string> Code { get; } = [];

    /// <summary>Machines that redirections talk to.</summary>
    public List<string> Hosts { get; } = [];

    public static ShellReading Of(string line, Workspace workspace) => LineReader.Read(line, workspace.Current, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
}

/// <param name="Shown">As written.</param>
/// <param name="Path">Absolute; null when it cannot be told.</param>
internal sealed record PathUse(string Shown, string? Path);

/// <summary>One command that runs.</summary>
internal sealed class EffectiveCommand(IReadOnlyList<ShellWord> words)
{
    public IReadOnlyList<ShellWord> Words { get; } = words;

    /// <summary>The program's name without its folder; null when it cannot be told.</summary>
    public string? Name { get; } = words[0] is { Value: { Length: > 0 } value, IsGlob: false } ? value[(value.LastIndexOf('/') + 1)..] : null;

    /// <summary>Found by its name, or in a folder of the system: nobody else's program of the same name.</summary>
    public bool IsPlainName => Words[0].Value is { } value && (!value.Contains('/', StringComparison.Ordinal) || Path.GetDirectoryName(value) is "/bin" or "/usr/bin" or "/usr/local/bin" or "/sbin" or "/usr/sbin" or "/opt/homebrew/bin");

    /// <summary>The same without options that stand before its sub-command, as in <c>git -C folder push</c>.</summary>
    public IReadOnlyList<ShellWord>? Canonical { get; set; }

    /// <summary>What it stands in, as <c>timeout 5 …</c>, with the place where this command begins; the outermost last.</summary>
    public IReadOnlyList<(IReadOnlyList<ShellWord> Words, int At)> Outer { get; init; } = [];

    /// <summary>Variables set for it alone.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>Where it runs; null when that cannot be told.</summary>
    public string? Folder { get; init; }

    /// <summary>Why a person has to look: it runs what cannot be seen. null when all can be seen.</summary>
    public string? Unknown { get; set; }

    /// <summary>Nobody can tell what it runs, so a rule that forbids may be about it.</summary>
    public bool IsOpaque { get; set; }

    /// <summary>Code that it was given, or the words in which it is told to run something.</summary>
    public string? Code { get; set; }

    public CommandTraits Traits { get; set; }

    public string Shown => ShellWord.Join(Words);

    public bool HasDynamicWords
    {
        get
        {
            foreach (var word in Words) if (word.Value is null && !word.IsProcess) return true;
            return false;
        }
    }
}

[Flags]
internal enum CommandTraits
{
    None = 0,

    /// <summary>Talks to other machines.</summary>
    Network = 1,

    /// <summary>Runs with more rights.</summary>
    Elevated = 2,

    /// <summary>Changes what runs later.</summary>
    Persists = 4,

    /// <summary>Runs on another machine.</summary>
    Remote = 8,
}
