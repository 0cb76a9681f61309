using System.Text;
using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary>Where a report goes: standard output, or a file that is there whole or not at all.</summary>
internal static class Output
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static void Write(string? file, Action<TextWriter> write)
    {
        if (file is null) ToStandardOutput(write);
        else ToFile(file, write);
    }

    private static void ToStandardOutput(Action<TextWriter> write)
    {
        try
        {
            using var output = new StreamWriter(Console.OpenStandardOutput(), Utf8, 1 << 16) { NewLine = "\n" };
            write(output);
        }
        catch (IOException e)
        {
            // A reader that has seen enough ("| head") is not told of here; this is a full disk or a closed output.
            throw new IOException($"standard output could not be written: {(e.InnerException ?? e).Message}", e);
        }
    }

    private static void ToFile(string file, Action<TextWriter> write)
    {
        var path = Path.GetFullPath(file);
        var folder = Path.GetDirectoryName(path)!;
        var next = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.next");
        try
        {
            Directory.CreateDirectory(folder);
            using (var output = new StreamWriter(next, Utf8, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write }) { NewLine = "\n" }) write(output);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{file}: cannot be written ({e.Message})", e);
        }
        finally
        {
            File.Delete(next);
        }
    }
}
