namespace Sallyport.Engine.Consent.Shell;

/// <summary>What the usual commands that change files change.</summary>
internal static class CommandWrites
{
    private static readonly HashSet<string> All = new(StringComparer.Ordinal) { "rm", "rmdir", "unlink", "shred", "mv", "mkdir", "touch", "tee", "truncate", "chmod", "chown", "chgrp", "chattr", "setfacl", "mkfifo", "mknod", "patch", "rename" };
    private static readonly HashSet<string> Last = new(StringComparer.Ordinal) { "cp", "install", "ln", "rsync", "scp", "ditto" };

    /// <summary>Absolute paths; null stands for one that cannot be told. Programs that are not known give none.</summary>
    public static IEnumerable<string?> Of(EffectiveCommand command)
    {
        if (command.Name is not { } name) yield break;
        var isLast = Last.Contains(name);
        if (name == "dd")
        {
            foreach (var word in command.Words) if (word.Value?.StartsWith("of=", StringComparison.Ordinal) == true) yield return CommandPaths.Absolute(word.Value[3..], command.Folder);
            yield break;
        }
        if (name is "sed" or "perl")
        {
            foreach (var word in command.Words) if (word.Value?.StartsWith('/') == true && command.Words.Any(static w => w.Value?.StartsWith("-i", StringComparison.Ordinal) == true)) yield return word.Value;
            yield break;
        }
        if (!isLast && !All.Contains(name)) yield break;
        for (var i = isLast ? command.Words.Count - 1 : 1; i < command.Words.Count && i > 0; i++)
        {
            var word = command.Words[i];
            if (word.IsProcess) continue;
            if (word.Value is not { } text)
            {
                yield return null;
                continue;
            }
            if (text.StartsWith('-')) continue;
            if (!word.IsGlob) yield return CommandPaths.Absolute(text, command.Folder);
            else if (CommandPaths.Expand(text, command.Folder) is { } found) foreach (var file in found) yield return file;
            else yield return null;
        }
    }
}
