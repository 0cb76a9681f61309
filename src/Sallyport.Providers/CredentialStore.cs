using System.Diagnostics;
using System.Text.Json;
using Sallyport.Engine.Models;

namespace Sallyport.Providers;

/// <summary>
/// Credentials that are not in a variable: first the system's keyring through <c>secret-tool</c>, then a file that only its owner
/// can read. Neither is touched before it is needed.
/// </summary>
/// <param name="path">The file, such as <c>~/.config/sallyport/credentials.json</c>: <c>{"anthropic": "…"}</c>.</param>
/// <param name="environment">Reads a variable.</param>
public sealed class CredentialStore(string path, Func<string, string?> environment)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>The credential of a provider; null when there is none.</summary>
    /// <exception cref="ProviderException">The file is there but must not or cannot be used.</exception>
    public async Task<Credential?> Find(string provider, CancellationToken cancellation) =>
        await FromKeyring(provider, cancellation).ConfigureAwait(false) ?? FromFile(provider);

    private async Task<Credential?> FromKeyring(string provider, CancellationToken cancellation)
    {
        // Without a session bus there is no keyring to ask, and asking would wait for one.
        if (OperatingSystem.IsWindows() || string.IsNullOrEmpty(environment("DBUS_SESSION_BUS_ADDRESS")) || Program() is not { } program) return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (ReadOnlySpan<string>)["lookup", "service", "sallyport", "account", provider]) start.ArgumentList.Add(argument);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            process.StandardInput.Close();
            var text = await process.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return process.ExitCode == 0 && text.Trim() is { Length: > 0 } value ? new Credential(value, "the keyring") : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private Credential? FromFile(string provider)
    {
        if (!File.Exists(Path)) return null;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            throw new ProviderException(ProviderFailure.Credentials, $"{Path} can be read by others, so it is not used. Run: chmod 600 {Path}");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException();
            return document.RootElement.TryGetProperty(provider, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } key
                ? new Credential(key, Path) : null;
        }
        catch (JsonException e)
        {
            // The exception's own message may quote the text.
            throw new ProviderException(ProviderFailure.Credentials, $"{Path}:{e.LineNumber + 1}: not a JSON object of provider names and credentials, such as {{\"anthropic\": \"…\"}}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProviderException(ProviderFailure.Credentials, $"{Path} cannot be read: {e.Message}", e);
        }
    }

    private string? Program()
    {
        foreach (var folder in (environment("PATH") ?? "").Split(':'))
        {
            if (!System.IO.Path.IsPathRooted(folder)) continue;
            var file = System.IO.Path.Combine(folder, "secret-tool");
            if (File.Exists(file)) return file;
        }
        return null;
    }
}
