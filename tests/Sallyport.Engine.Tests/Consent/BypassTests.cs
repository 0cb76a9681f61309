using System.Diagnostics;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Consent;

/// <summary>The bypass list, line by line.</summary>
public sealed class BypassTests
{
    [Fact]
    public void Every_way_around_gets_its_verdict()
    {
        using var folder = new ConsentFolder();
        var workspace = new Workspace(folder.Path);
        var (wrong, count) = (new List<string>(), 0);
        Judge? judge = null;
        foreach (var raw in BypassList.Table.Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                judge = ConsentFolder.Judge(line[3..]);
                continue;
            }
            count++;
            var expected = line[..3].Trim();
            var command = line[6..].Replace('⏎', '\n').Replace('␣', '\u00a0');
            var ruling = judge!.Rule("bash", new Touches(Effect.Execute) { Command = command, Paths = [workspace.Current] }, workspace);
            var got = ruling.Answer.ToString().ToLowerInvariant();
            if (got != expected) wrong.Add($"{judge.Mode.Named()}: {line[6..]}: {got} instead of {expected} ({ruling.Reason})");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(count > 300, $"only {count}");
    }

    [Fact]
    public void A_line_is_judged_in_well_under_a_millisecond()
    {
        using var folder = new ConsentFolder();
        var workspace = new Workspace(folder.Path);
        var judge = ConsentFolder.Judge("ask; allow bash npm test *; deny bash git push *");
        var touches = new Touches(Effect.Execute) { Command = "cd src && npm test -- --watch=false 2>&1 | tail -20 && git status -s" };
        for (var i = 0; i < 200; i++) judge.Rule("bash", touches, workspace);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 200; i++) judge.Rule("bash", touches, workspace);
        Assert.True(watch.ElapsedMilliseconds < 2000, $"{watch.Elapsed.TotalMilliseconds / 200} ms a line");
    }
}
