using System.Text;

namespace Sallyport.Engine.Memory;

/// <summary>
/// What a project and its user want every session to know: <c>AGENTS.md</c>, from the general to the particular (the user's own,
/// then from the repository's root down to the working folder), so that the nearest has the last word. The same files give the
/// same text to the byte, because it heads the cached prefix.
/// </summary>
public static class MemoryFiles
{
    public const string Name = "AGENTS.md";

    /// <summary>Bytes of one file that are read.</summary>
    public const int MaxFile = 64 * 1024;

    /// <summary>Bytes of all of them.</summary>
    public const int MaxAll = 192 * 1024;

    private const int MaxImportDepth = 4;

    /// <param name="folder">The working folder.</param>
    /// <param name="root">The workspace: nothing outside it is imported by its files.</param>
    /// <param name="userFolder">The folder of the user's own file; see <see cref="Settings.SettingsPaths.ConfigFolder"/>.</param>
    public static MemoryText Read(string folder, string root, string userFolder)
    {
        var reader = new Reader();
        reader.Add(Path.Combine(userFolder, Name), userFolder, root);
        // A name that the repository only links to from inside stays inside: see Reader.
        var chain = Chain(folder);
        foreach (var at in chain) reader.Add(Path.Combine(at, Name), chain.Count > 1 && IsWithin(root, chain[0]) ? chain[0] : root, root);
        return reader.Done();
    }

    /// <summary>From the repository's root down to the folder; only the folder itself where there is no repository.</summary>
    private static List<string> Chain(string folder)
    {
        var chain = new List<string>();
        var asked = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (var at = asked; at is not null; at = Path.GetDirectoryName(at))
        {
            chain.Insert(0, at);
            if (Path.Exists(Path.Combine(at, ".git"))) return chain;
        }
        return [asked];
    }

    private static bool IsWithin(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || root.EndsWith('/') || path[root.Length] == Path.DirectorySeparatorChar);

    private sealed class Reader
    {
        private readonly StringBuilder text = new();
        private readonly List<string> files = [];
        private readonly List<string> notices = [];
        private readonly HashSet<string> seen = new(StringComparer.Ordinal);

        public void Add(string path, string border, string root)
        {
            if (!File.Exists(path) || !seen.Add(path)) return;
            if (Content(path, border) is not { } content) return;
            if (text.Length > 0) text.Append("\n\n");
            text.Append("Instructions from ").Append(Shown(path, root)).Append(":\n\n");
            Write(content, path, border, root, 0);
            while (text.Length > 0 && char.IsWhiteSpace(text[^1])) text.Length--;
        }

        public MemoryText Done() => new(text.ToString(), files, notices);

        // A line that is only "@path" stands for that file; code fences are left alone.
        private void Write(string content, string path, string border, string root, int depth)
        {
            var fenced = false;
            foreach (var line in content.AsSpan().EnumerateLines())
            {
                var trimmed = line.Trim();
                if (trimmed.StartsWith("```") || trimmed.StartsWith("~~~")) fenced = !fenced;
                if (!fenced && trimmed.Length > 1 && trimmed[0] == '@' && trimmed.IndexOfAny(' ', '\t') < 0 && Import(trimmed[1..].ToString(), path, border, root, depth)) continue;
                text.Append(line).Append('\n');
            }
        }

        private bool Import(string name, string from, string border, string root, int depth)
        {
            var home = name.StartsWith("~/", StringComparison.Ordinal);
            var path = home ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + name[1..] : Path.GetFullPath(name, Path.GetDirectoryName(from)!);
            // "@someone" in a list of names is no import.
            if (!File.Exists(path)) return false;
            if (!IsWithin(Final(path), Final(border))) return Refuse($"{Shown(from, root)} imports {name}, which lies outside {Shown(border, root)}; it is left out");
            if (depth >= MaxImportDepth) return Refuse($"{Shown(from, root)} imports {name} more than {MaxImportDepth} files deep; it is left out");
            if (!seen.Add(path)) return true;
            if (Content(path, border) is not { } content) return true;
            Write(content, path, border, root, depth + 1);
            return true;
        }

        private bool Refuse(string notice)
        {
            notices.Add(notice);
            return true;
        }

        private string? Content(string path, string border)
        {
            try
            {
                // A link that a repository brings along must not read the rest of the machine into a prompt.
                if (!IsWithin(Final(path), Final(border)))
                {
                    notices.Add($"{path} is a link to {Final(path)}, outside {border}; it is left out");
                    return null;
                }
                var left = Math.Min(MaxFile, MaxAll - text.Length);
                if (left <= 0)
                {
                    notices.Add($"{path} is left out: the memory files together hold more than {MaxAll / 1024} KiB");
                    return null;
                }
                var bytes = new byte[left + 1];
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
                var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                if (bytes.AsSpan(0, count).Contains((byte)0))
                {
                    notices.Add($"{path} is not text; it is left out");
                    return null;
                }
                files.Add(path);
                var content = Encoding.UTF8.GetString(bytes, 0, Math.Min(count, left)).TrimStart('\uFEFF');
                if (count <= left) return content;
                notices.Add($"only the first {left / 1024} KiB of {path} are used; shorten it");
                var end = content.LastIndexOf('\n');
                return (end > 0 ? content[..end] : content.TrimEnd('\uFFFD')) + "\n(The rest of this file is left out: it is too long.)\n";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                notices.Add($"{path} cannot be read ({e.Message}); it is left out");
                return null;
            }
        }

        // Where a path really leads; the last name and every folder on the way may be links.
        private static string Final(string path) => RealPath.Of(Path.GetFullPath(path));

        private static string Shown(string path, string root)
        {
            if (IsWithin(path, root) && path.Length > root.Length) return path[(root.Length + 1)..];
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length > 1 && IsWithin(path, home) ? "~" + path[home.Length..] : path;
        }
    }
}

/// <summary>What was read.</summary>
/// <param name="Text">For the system prompt; empty when there is none.</param>
/// <param name="Files">In the order of the text, imports included.</param>
/// <param name="Notices">What was cut or left out, for the person.</param>
public sealed record MemoryText(string Text, IReadOnlyList<string> Files, IReadOnlyList<string> Notices);
