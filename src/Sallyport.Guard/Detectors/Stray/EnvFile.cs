using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>Environment files: they hold whatever the developer's machine needed.</summary>
internal sealed class EnvFile : EntryDetector
{
    private static readonly Rule Found = new("stray.env-file", Severity.High, Blocking.Always, "An environment file",
        "Leave it out: list what belongs in the package instead of what does not.", ".env.production in an npm package");

    public override IReadOnlyList<Rule> Rules => [Found];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        var name = entry.Name;
        if (name != ".env" && !name.StartsWith(".env.", StringComparison.Ordinal)) return;
        if (name.EndsWith(".example", StringComparison.Ordinal) || name.EndsWith(".sample", StringComparison.Ordinal) || name.EndsWith(".template", StringComparison.Ordinal)) return;
        sink.Report(Found, $"{name} holds settings of somebody's machine");
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, ".env", "PORT=3000\n"),
        Sample.Hit(Found.Id, "app/.env.production", "PORT=3000\n"),
        Sample.Miss(".env.example", "PORT=3000\n"),
        Sample.Miss("env.js", "export default {}\n"),
    ];
}
