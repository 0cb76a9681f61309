using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>
/// Recognises one format of model weights by content. The file passes by in pieces; the first ones are kept so that
/// the format's header can be read, sizes in it are believed for messages only, never for memory.
/// </summary>
internal abstract class WeightsDetector : StreamDetector
{
    /// <summary>A model smaller than this (bytes) in a folder of tests is taken for a fixture.</summary>
    private const int FixtureBytes = 100 * 1024;

    protected const string Advice = "Leave the file out of the package and let users fetch the model from where you control who gets it. If it is meant to be public, allow its path in sallyport.json.";

    private static readonly string[] TestFolders = ["test", "tests", "__tests__", "testdata", "test-data", "fixtures", "__fixtures__", "fixture", "spec"];

    /// <summary>How many first bytes <see cref="Read"/> gets.</summary>
    protected virtual int HeaderBytes => 64 * 1024;

    /// <summary>A cheap look at up to 64 KiB: could it be the format?</summary>
    protected abstract bool Recognises(Entry entry, ReadOnlySpan<byte> head);

    /// <summary>Reads the header; null when it is something else after all.</summary>
    protected abstract Model? Read(Entry entry, ReadOnlySpan<byte> header, long fileBytes);

    public override Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink) =>
        head.Length >= 8 && Recognises(entry, head) ? new Inspector(this, sink) : null;

    protected static Rule WeightsRule(string id, string title, string example, Severity severity = Severity.Critical) =>
        new("weights." + id, severity, Blocking.Always, title, Advice, example);

    private sealed class Inspector(WeightsDetector detector, EntrySink sink) : Inspection
    {
        private readonly Symbols.Capture header = new(0, detector.HeaderBytes);
        private long bytes;

        public override void Feed(ReadOnlySpan<byte> piece)
        {
            header.Add(piece);
            bytes += piece.Length;
        }

        public override void End()
        {
            if (detector.Read(sink.Entry, header.Bytes.Span, bytes) is not { } model) return;
            if (bytes < FixtureBytes && model.Rule.Blocking == Blocking.Always && IsInTestFolder(sink.Entry))
            {
                sink.Report(FixtureModel.Found, $"a small model in a test folder ({model.Format})", [("format", model.Format), ("bytes", bytes)]);
                return;
            }
            var evidence = new List<(string, object)> { ("format", model.Format), ("bytes", bytes) };
            if (model.Tensors is { } tensors) evidence.Add(("tensors", tensors));
            if (model.Parameters is { } parameters) evidence.Add(("parameters", parameters));
            if (model.Name is { } name) evidence.Add(("model", name));
            sink.Report(model.Rule, $"{model.Format}{Named(model.Name)}: {Size(bytes)}{Count(model.Tensors, "tensors")}{Count(model.Parameters, "parameters")}", [.. evidence]);
        }

        private static bool IsInTestFolder(Entry entry)
        {
            foreach (var part in entry.Path.Split('/'))
            {
                if (TestFolders.Contains(part, StringComparer.OrdinalIgnoreCase)) return true;
            }
            return false;
        }

        private static string Named(string? name) => name is null ? "" : $" \"{name}\"";

        private static string Count(long? count, string what) => count is { } n ? $", {n:N0} {what}" : "";

        private static string Size(long bytes) => bytes < 1 << 20 ? $"{bytes / 1024.0:0.#} KiB" : $"{bytes / 1048576.0:0.#} MiB";
    }
}

/// <summary>What a header says of a model.</summary>
/// <param name="Rule">The rule it meets.</param>
/// <param name="Format">For people.</param>
internal sealed record Model(Rule Rule, string Format)
{
    public long? Tensors { get; init; }
    public long? Parameters { get; init; }

    /// <summary>Name or architecture as the file says, already cut short.</summary>
    public string? Name { get; init; }

    /// <summary>Printable ASCII of a name in a file, cut to 60 characters; null when nothing is left.</summary>
    public static string? CleanName(ReadOnlySpan<byte> name)
    {
        var text = new System.Text.StringBuilder();
        foreach (var value in name[..Math.Min(name.Length, 60)])
        {
            if (value is >= 0x20 and < 0x7F) text.Append((char)value);
        }
        return text.Length == 0 ? null : text.ToString();
    }
}
