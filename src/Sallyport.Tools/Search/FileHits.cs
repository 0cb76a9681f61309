using Sallyport.Engine.Walking;

namespace Sallyport.Tools.Search;

/// <summary>What was found in one file.</summary>
internal sealed class FileHits(FoundFile file)
{
    public FoundFile File { get; } = file;

    /// <summary>Lines that match.</summary>
    public long Matches { get; set; }

    /// <summary>Lines to show, in order.</summary>
    public List<HitLine>? Lines { get; set; }

    /// <summary>What the reader should know about the file.</summary>
    public string? Note { get; set; }
}

/// <param name="Number">From 1.</param>
/// <param name="IsMatch">Otherwise a line around one.</param>
/// <param name="Text">Cut when long.</param>
internal readonly record struct HitLine(long Number, bool IsMatch, string Text);

/// <summary>
/// What several threads found together. Only the first files by path keep their lines, as many as can be shown: memory does not
/// grow with the matches, and the answer is the same whoever found what first.
/// </summary>
internal sealed class SearchTally
{
    private long searched;
    private long unread;
    private int skippedBinary;

    public List<FileHits> Files { get; } = [];

    public long Matches { get; private set; }

    public long MatchingFiles { get; private set; }

    public long Searched => searched;

    public long Unread => unread;

    public int SkippedBinary => skippedBinary;

    /// <summary>Time ran out before all files were seen.</summary>
    public bool IsIncomplete { get; set; }

    public void Add(Share share)
    {
        lock (Files)
        {
            Files.AddRange(share.Files);
            Matches += share.Matches;
            MatchingFiles += share.MatchingFiles;
            searched += share.Searched;
            unread += share.Unread;
            skippedBinary += share.SkippedBinary;
        }
    }

    /// <summary>One thread's part.</summary>
    internal sealed class Share(SearchWish wish)
    {
        private long kept;

        public List<FileHits> Files { get; } = [];

        public long Matches { get; private set; }

        public long MatchingFiles { get; private set; }

        public long Searched { get; set; }

        public long Unread { get; set; }

        public int SkippedBinary { get; set; }

        public void Add(FileHits hits)
        {
            if (hits.Matches > 0)
            {
                Matches += hits.Matches;
                MatchingFiles++;
            }
            Files.Add(hits);
            kept += hits.Lines?.Count ?? 1;
            if (kept > 8L * wish.Limit + 2000) Prune();
        }

        // Keeps the first files by path that together hold enough to be shown.
        private void Prune()
        {
            Files.Sort(static (a, b) => FoundFile.Compare(a.File, b.File));
            var (lines, shown, at) = (0L, 0L, 0);
            for (; at < Files.Count && shown < wish.Limit; at++)
            {
                shown += wish.Mode == SearchMode.Content ? Files[at].Matches : 1;
                lines += Files[at].Lines?.Count ?? 1;
            }
            Files.RemoveRange(at, Files.Count - at);
            kept = lines;
        }
    }
}
