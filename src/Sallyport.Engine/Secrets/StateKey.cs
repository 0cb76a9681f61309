using System.Diagnostics;
using System.Security.Cryptography;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Secrets;

/// <summary>
/// The one key of a person under which sessions are sealed: a file in the state folder that only its owner can read, or an entry
/// of the desktop's keyring. Whoever comes first makes it.
/// </summary>
internal static class StateKey
{
    public const int Size = 32;

    private static readonly string[] Entry = ["service", "sallyport", "account", "sessions"];

    /// <summary>The key of the file; makes it when there is none.</summary>
    public static byte[] OfFile(string folder)
    {
        var path = PathOf(StateFolder.Make(folder));
        if (FromFile(path) is { } known) return known;
        var key = RandomNumberGenerator.GetBytes(Size);
        var fresh = $"{path}.{Environment.ProcessId}";
        using (var file = StateFolder.Open(fresh, FileMode.Create)) file.Write(key);
        try
        {
            File.Move(fresh, path);
            return key;
        }
        catch (IOException)
        {
            File.Delete(fresh);
            return File.ReadAllBytes(path);
        }
    }

    /// <summary>The key of the keyring; makes it when there is none. Throws <see cref="SessionException"/> when there is no keyring.</summary>
    public static byte[] OfKeyring(string folder)
    {
        if (FromKeyring() is { } known) return Marked(known);
        var key = RandomNumberGenerator.GetBytes(Size);
        var (exit, _, error) = Run(["store", "--label=sallyport sessions", .. Entry], Convert.ToHexStringLower(key));
        // What the keyring gives back is the key, also where another process was first.
        if (exit != 0 || FromKeyring() is not { } kept)
            throw new SessionException($"sessions.encrypt is \"keyring\", and the keyring does not take a key{(error.Length > 0 ? $" ({error})" : "")}: unlock it (secret-tool must be installed), or set sessions.encrypt to \"file\"");
        return Marked(kept);

        byte[] Marked(byte[] found)
        {
            // So that readers ask the keyring only where something is sealed under its key.
            StateFolder.Open(MarkOf(StateFolder.Make(folder)), FileMode.OpenOrCreate).Dispose();
            return found;
        }
    }

    /// <summary>The keys that something may be sealed under.</summary>
    public static IEnumerable<byte[]> Known(string folder)
    {
        if (FromFile(PathOf(folder)) is { } key) yield return key;
        if (File.Exists(MarkOf(folder)) && FromKeyring() is { } kept) yield return kept;
    }

    private static string PathOf(string folder) => Path.Combine(folder, "vault.key");

    private static string MarkOf(string folder) => Path.Combine(folder, "vault.keyring");

    private static byte[]? FromFile(string path) => File.Exists(path) && File.ReadAllBytes(path) is { Length: Size } key ? key : null;

    private static byte[]? FromKeyring()
    {
        var (exit, output, _) = Run(["lookup", .. Entry], null);
        return exit == 0 && output.Trim() is { Length: 2 * Size } text && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
    }

    private static (int Exit, string Output, string Error) Run(string[] arguments, string? input)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("secret-tool", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            if (input is not null) process.StandardInput.Write(input);
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (process.WaitForExit(TimeSpan.FromSeconds(20))) return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult().Trim().ReplaceLineEndings(" "));
            process.Kill(entireProcessTree: true);
            return (1, "", "it does not answer");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return (1, "", "there is no secret-tool");
        }
    }
}
