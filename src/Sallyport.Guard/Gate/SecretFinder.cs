using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Gate;

/// <summary>
/// Finds secrets in text on its way out, with every detector and decoder that a package check has. What cannot be looked
/// at to its end does not count as clean: <see cref="GuardException"/>.
/// </summary>
internal sealed class SecretFinder
{
    // Far more than a conversation's largest part needs.
    private static readonly Limits Most = new() { Bytes = 256 << 20, Entries = 10_000, Time = TimeSpan.FromSeconds(20) };

    private readonly Policy policy;
    private readonly PolicyDetector.Pass[] terms;
    private readonly BufferPool buffers = new();

    // Most texts are small, and a run is made of many parts: one that found nothing serves the next.
    private readonly System.Collections.Concurrent.ConcurrentBag<ScanRun> spare = [];

    /// <param name="names">Internal names to look for where it is asked for; null for none.</param>
    /// <param name="key">Of the hashed ones.</param>
    public SecretFinder(TermPolicy? names, ReadOnlyMemory<byte>? key)
    {
        policy = names is null ? Policy.Default : Policy.Default with { Terms = names, Key = key };
        terms = names is null ? [] : [.. Catalogue.All.ByPolicy.Select(d => d.Begin(policy)).OfType<PolicyDetector.Pass>()];
    }

    /// <summary>The places of secrets, in order, without overlaps.</summary>
    /// <param name="text">UTF-8, or nearly.</param>
    /// <param name="known">Looks for what is known by value; null when nothing is.</param>
    /// <param name="names">Whether internal names are looked for, too.</param>
    /// <param name="path">The file that it is all of, for detectors that go by a file's name and structure; null for other text.</param>
    public List<SecretSpan> Find(ReadOnlyMemory<byte> text, PolicyDetector.Pass? known, bool names, string? path = null)
    {
        var spans = new SecretSpans(text);
        var run = Begin(text.Length, Passes(known, names));
        try
        {
            var entry = new Entry { Path = path ?? "text", InPackage = path ?? "text" };
            var sink = new EntrySink(run, entry, new LineIndex()) { Spans = spans };
            if (path is not null)
            {
                var head = text.Span[..Math.Min(text.Length, 64 * 1024)];
                foreach (var detector in Catalogue.All.Whole)
                    if (Array.Exists([.. detector.Rules], static r => r.Family == "secret") && detector.Wants(entry, head)) detector.Inspect(entry, text, sink);
            }
            Catalogue.All.Texts.Scan(new TextView { Text = text, OwnStart = 0, OwnEnd = text.Length, Offset = 0, Sink = sink });
        }
        catch (BudgetSpentException e)
        {
            throw new GuardException($"a text could not be looked at to its end ({e.Message}), so it may not leave", e);
        }
        finally
        {
            if (run.IsClean && spare.Count < 4) spare.Add(run);
            else run.Dispose();
        }
        return spans.IsEmpty ? [] : spans.Settle();
    }

    /// <summary>Whether a file (a picture, an archive) holds a secret in any part that can be read.</summary>
    public bool Holds(ReadOnlyMemory<byte> file, PolicyDetector.Pass? known, bool names)
    {
        using var run = Begin(file.Length, Passes(known, names));
        run.VisitDerived(new Entry { Path = "file", InPackage = "file" }, "content", file, recoveredAs: null);
        return run.IsSpent || SecretSpans.Known(run).Any();
    }

    private PolicyDetector.Pass[] Passes(PolicyDetector.Pass? known, bool names) => (known, names) switch
    {
        (null, true) => terms,
        (null, false) => [],
        (_, true) => [known, .. terms],
        _ => [known],
    };

    private ScanRun Begin(int length, PolicyDetector.Pass[] passes)
    {
        var budget = new Budget(Most, length, TimeProvider.System);
        budget.Spend(length);
        if (!spare.TryTake(out var run)) return new ScanRun(policy, budget, Fingerprinter.Default, buffers, CancellationToken.None, passes);
        run.Again(budget, passes);
        return run;
    }
}
