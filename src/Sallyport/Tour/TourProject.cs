using System.Diagnostics;
using System.Reflection;

namespace Sallyport.Tour;

/// <summary>The small project of the tour: a price that is wrong for ten pieces, with the test that says so.</summary>
internal sealed class TourProject : IDisposable
{
    private const string Prefix = "tour/";
    private readonly bool keep;

    public TourProject(bool keep)
    {
        this.keep = keep;
        Folder = Directory.CreateTempSubdirectory("sally-tour-").FullName;
        var assembly = typeof(TourProject).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            var path = Path.Combine(Folder, name[Prefix.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Read(assembly, name));
        }
    }

    public string Folder { get; }

    public string Package => Path.Combine(Folder, "acme-price-1.0.0.tgz");

    public static StringReader Recording() => new(Read(typeof(TourProject).Assembly, "tour.jsonl"));

    /// <summary>Runs a command in the project; its exit code.</summary>
    public int Shell(string command)
    {
        var start = new ProcessStartInfo("sh") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("sh did not start");
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!keep) Directory.Delete(Folder, recursive: true);
    }

    private static string Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
