using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Sallyport.Links.Mcp;

/// <summary>A program that was started and all that it started: asked to end, or ended.</summary>
internal sealed partial class ChildTree(Process root)
{
    private const int PleaseEnd = 15;
    private const int Most = 1000;

    /// <summary>Asks the innermost: who only holds another (a sandbox) ends with that one, and asked itself would take it along unasked.</summary>
    public void Terminate()
    {
        if (OperatingSystem.IsWindows()) return;
        var all = new List<int>();
        try
        {
            Collect(root.Id, all);
        }
        catch (InvalidOperationException)
        {
            return;
        }
        // Without a list of children, at least the one that is known.
        if (all.Count == 0) all.Add(root.Id);
        foreach (var one in all) kill(one, PleaseEnd);
    }

    public void Kill()
    {
        try
        {
            root.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended.
        }
    }

    private static void Collect(int process, List<int> all)
    {
        if (all.Count > Most) return;
        string children;
        try
        {
            children = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{process}/children"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
        foreach (var word in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var child)) continue;
            all.Add(child);
            Collect(child, all);
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
