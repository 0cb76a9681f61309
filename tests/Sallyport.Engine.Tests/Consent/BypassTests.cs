using Sallyport.Engine.Consent;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Consent;

/// <summary>
/// Ways around consent, each with the verdict that it must get, line by line from bypass.txt. There a heading sets mode and rules for
/// the lines below it; ⏎ is the end of a line, ␣ a no-break space.
/// </summary>
public sealed class BypassTests
{
    [Fact]
    public void Every_way_around_gets_its_verdict()
    {
        using var folder = new ConsentFolder();
        var workspace = new Workspace(folder.Path);
        var (wrong, count) = (new List<string>(), 0);
        Judge? judge = null;
        using var table = new StreamReader(typeof(BypassTests).Assembly.GetManifestResourceStream("bypass.txt")!);
        while (table.ReadLine() is { } line)
        {
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
        Assert.True(count > 750, $"only {count}");
    }
}
