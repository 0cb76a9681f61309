namespace Sallyport.Engine.Sessions;

/// <summary>Forgets sessions that nobody went on with for so many days. Looks at most once a day; without old sessions that costs one look.</summary>
public static class SessionRetention
{
    /// <summary>How many sessions were taken off the disk.</summary>
    /// <param name="days">How long a session is kept after it was last written to.</param>
    /// <param name="now">The time.</param>
    public static int Purge(int days, DateTimeOffset now)
    {
        var marker = Path.Combine(StateFolder.Root(), "purged");
        if (now.UtcDateTime - File.GetLastWriteTimeUtc(marker) is var since && since >= TimeSpan.Zero && since < TimeSpan.FromDays(1)) return 0;
        StateFolder.Make(StateFolder.Root());
        StateFolder.Open(marker, FileMode.OpenOrCreate).Dispose();
        File.SetLastWriteTimeUtc(marker, now.UtcDateTime);
        return PurgeNow(days, now);
    }

    /// <summary>The same, for after a run: what went well before does not fail because old files cannot be deleted.</summary>
    public static void PurgeQuietly(int days, DateTimeOffset now)
    {
        try
        {
            Purge(days, now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SessionException)
        {
            // Tomorrow is another day.
        }
    }

    internal static int PurgeNow(int days, DateTimeOffset now)
    {
        var oldest = now.UtcDateTime.AddDays(-days);
        var removed = 0;
        foreach (var transcript in SessionFiles.All())
        {
            if (File.GetLastWriteTimeUtc(transcript) >= oldest) continue;
            try
            {
                SessionRemoval.Remove(transcript);
                removed++;
            }
            catch (Exception e) when (e is SessionException or IOException or UnauthorizedAccessException)
            {
                // In use, or not ours to delete: it stays until it can go.
            }
        }
        if (removed == 0 || !File.Exists(SessionIndex.PathOf())) return removed;
        using var index = SessionIndex.Open();
        index.Forget();
        return removed;
    }
}
