using System.Globalization;

namespace Sallyport.Tools.Tests.Shell;

/// <summary>Looks at real processes from outside.</summary>
internal static class Processes
{
    /// <summary>Whether it runs; a dead one that nobody collected does not.</summary>
    public static bool Lives(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static int Number(string text) => int.Parse(text.Trim(), CultureInfo.InvariantCulture);

    /// <summary>Waits until something is so; a test that waits for ten seconds has failed.</summary>
    public static async Task Until(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"did not happen: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
