using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sallyport.Engine.Sessions;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Secrets;

/// <summary>
/// What a session's placeholders stand for, beside its transcript, so that it can be resumed: AES-256-GCM under a key in the state
/// folder that only its owner can read. It goes with the session.
/// </summary>
public sealed class VaultFile
{
    private const int NonceSize = 12, TagSize = 16;

    private readonly Lock gate = new();
    private readonly string path, keys;
    private readonly SecretVault vault;
    private readonly SessionSeal? seal;

    private VaultFile(string path, string keys, SecretVault vault, SessionSeal? seal) => (this.path, this.keys, this.vault, this.seal) = (path, keys, vault, seal);

    /// <summary>The file of a session, by its transcript.</summary>
    public static string PathOf(string transcript) => Path.ChangeExtension(transcript, ".vault");

    /// <summary>Writes the vault down whenever a value gets its placeholder.</summary>
    /// <param name="vault">Of the session.</param>
    /// <param name="transcript">The session's file.</param>
    /// <param name="keys">Folder of the key; null for the state folder.</param>
    /// <param name="seal">Of a session that is sealed: the key is the same.</param>
    public static void Keep(SecretVault vault, string transcript, string? keys = null, SessionSeal? seal = null)
    {
        var file = new VaultFile(PathOf(transcript), keys ?? StateFolder.Root(), vault, seal);
        vault.Issued = file.Save;
        if (vault.Entries.Count > 0) file.Save();
    }

    /// <summary>Takes back what a session's placeholders stand for. False when they cannot be read: they then stay what they are.</summary>
    public static bool Restore(SecretVault vault, string transcript, string? keys = null)
    {
        try
        {
            var sealedBytes = File.ReadAllBytes(PathOf(transcript));
            if (sealedBytes.Length < NonceSize + TagSize) return false;
            foreach (var key in StateKey.Known(keys ?? StateFolder.Root()))
            {
                if (Opened(sealedBytes, key) is not { } plain) continue;
                var lines = JsonSerializer.Deserialize(plain, VaultJson.Default.VaultLineArray) ?? [];
                vault.Restore(lines.Select(l => new SecretEntry(l.Placeholder, l.Value) { IsWrapped = l.IsWrapped }));
                return true;
            }
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or JsonException)
        {
            return false;
        }
    }

    private static byte[]? Opened(byte[] sealedBytes, byte[] key)
    {
        try
        {
            var plain = new byte[sealedBytes.Length - NonceSize - TagSize];
            using var cipher = new AesGcm(key, TagSize);
            cipher.Decrypt(sealedBytes.AsSpan(0, NonceSize), sealedBytes.AsSpan(NonceSize, plain.Length), sealedBytes.AsSpan(NonceSize + plain.Length), plain);
            return plain;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private void Save()
    {
        lock (gate)
        {
            try
            {
                var plain = JsonSerializer.SerializeToUtf8Bytes([.. vault.Entries.Select(e => new VaultLine(e.Placeholder, e.Value, e.IsWrapped))], VaultJson.Default.VaultLineArray);
                var output = new byte[NonceSize + plain.Length + TagSize];
                RandomNumberGenerator.Fill(output.AsSpan(0, NonceSize));
                using (var cipher = new AesGcm(seal?.Master ?? StateKey.OfFile(keys), TagSize)) cipher.Encrypt(output.AsSpan(0, NonceSize), plain, output.AsSpan(NonceSize, plain.Length), output.AsSpan(NonceSize + plain.Length));
                CryptographicOperations.ZeroMemory(plain);
                var fresh = path + ".new";
                using (var file = StateFolder.Open(fresh, FileMode.Create)) file.Write(output);
                File.Move(fresh, path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The session goes on; when it is resumed, these placeholders stand for nothing.
            }
        }
    }
}

/// <summary>One entry in a vault's file.</summary>
internal sealed record VaultLine(string Placeholder, string Value, bool IsWrapped = false);

[JsonSerializable(typeof(VaultLine[]))]
internal sealed partial class VaultJson : JsonSerializerContext;
