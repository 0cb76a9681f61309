using System.Globalization;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Watching;

/// <summary>
/// Our own program as the one that answers after us: what a command left running on purpose, out of its session, would otherwise be
/// refused every file from the moment that we end. It lets all go on, keeps nothing, and ends with the last of them.
/// </summary>
public static class Answerer
{
    /// <summary>Our own program's word for being it.</summary>
    public const string Mode = "__answer";

    /// <summary>Answers the listeners whose handles are named, until nobody is left.</summary>
    public static int Run(ReadOnlySpan<string> handles)
    {
        var left = new List<Thread>();
        foreach (var handle in handles)
        {
            if (!int.TryParse(handle, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return 2;
            var thread = new Thread(() => Listener.LetGo(number), 128 * 1024);
            thread.Start();
            left.Add(thread);
        }
        foreach (var thread in left) thread.Join();
        return 0;
    }

    /// <summary>Starts it on these handles; false where it cannot be.</summary>
    internal static bool Start(IReadOnlyList<string> self, IReadOnlyList<int> handles)
    {
        if (self.Count == 0) return false;
        var words = new List<string>(self.Skip(1)) { Mode };
        // The first three lead nowhere; a listener's is given onto itself, and so stays open in the program.
        var wires = new List<(int, int)> { (0, 1), (0, 2) };
        foreach (var handle in handles)
        {
            words.Add(handle.ToString(CultureInfo.InvariantCulture));
            wires.Add((handle, handle));
        }
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if ((string)variable.Key is "PATH" or "HOME" || ((string)variable.Key).StartsWith("DOTNET_", StringComparison.Ordinal)) variables[(string)variable.Key] = (string?)variable.Value ?? "";
        try
        {
            PosixStart.Start(new Launch(self[0], words, variables, "/"), new StartWiring { Input = "/dev/null", IsWritten = true, Handles = wires, LeadsSession = true });
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
