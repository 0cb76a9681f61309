using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>What somebody typed, with the passwords they typed.</summary>
internal sealed class ShellHistory : EntryDetector
{
    private static readonly Rule Found = new("stray.shell-history", Severity.High, Blocking.Always, "The history of a shell or console",
        "Delete it from the folder that is packed.", ".bash_history in an image");

    public override IReadOnlyList<Rule> Rules => [Found];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.IsEmpty) return;
        if (entry.Name is ".bash_history" or ".zsh_history" or ".sh_history" or ".ash_history" or ".ksh_history" or ".python_history" or ".node_repl_history"
            or ".psql_history" or ".mysql_history" or ".sqlite_history" or ".rediscli_history" or ".irb_history" or ".dbshell" or "fish_history" or "ConsoleHost_history.txt")
            sink.Report(Found, $"{entry.Name} lists what somebody typed");
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "root/.bash_history", "ls\n"),
        Sample.Miss("bash_history.md", "ls\n"),
        Sample.Miss("empty/.bash_history", ""),
    ];
}
