namespace Sallyport.Gate;

/// <summary>What a remote itself says that it has. When it does not answer, it has nothing as far as the check goes: then all is read.</summary>
internal static class RemoteRefs
{
    // As many as one command line surely holds; what is left out is only read once more.
    private const int Most = 1000;

    /// <returns>Commits that both have.</returns>
    public static IReadOnlyList<string> Of(GitRepository repository, string address)
    {
        if (repository.Ask("ls-remote", "--heads", "--tags", "--", address) is not { } answer) return [];
        var both = new List<string>();
        foreach (var line in answer.Split('\n'))
        {
            if (both.Count == Most) break;
            var end = line.IndexOf('\t', StringComparison.Ordinal);
            if (end is 40 or 64 && !both.Contains(line[..end])) both.Add(line[..end]);
        }
        return repository.Known(both);
    }
}
