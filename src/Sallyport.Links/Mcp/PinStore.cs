using System.Text.Json;
using Sallyport.Engine.Sessions;

namespace Sallyport.Links.Mcp;

/// <summary>
/// Pins in the state folder, a file for each server and each way in which settings name it; beside it what a changed server is now,
/// until a person has looked at that. Programs in the sandbox can neither read nor write it.
/// </summary>
internal sealed class PinStore(string folder)
{
    public static PinStore OfState() => new(Path.Combine(StateFolder.Root(), "mcp"));

    /// <summary>What was trusted; null when nothing was yet. Throws <see cref="IOException"/> when it is there and cannot be read.</summary>
    public Pin? Trusted(string server, string identity) => Read(PathOf(server, identity, isChange: false), identity);

    /// <summary>What it became since; null when it is as it was.</summary>
    public Pin? Changed(string server, string identity) => Read(PathOf(server, identity, isChange: true), identity);

    public void Trust(Pin pin)
    {
        Write(PathOf(pin.Server, pin.Identity, isChange: false), pin);
        File.Delete(PathOf(pin.Server, pin.Identity, isChange: true));
    }

    public void Hold(Pin change) => Write(PathOf(change.Server, change.Identity, isChange: true), change);

    /// <summary>Whether there was anything to forget.</summary>
    public bool Forget(string server)
    {
        if (!Directory.Exists(folder)) return false;
        var any = false;
        foreach (var path in Directory.EnumerateFiles(folder, $"{server}@*.json"))
        {
            File.Delete(path);
            any = true;
        }
        return any;
    }

    private static Pin? Read(string path, string identity)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PinJson.Default.Pin) is { Version: 1 } pin && pin.Identity == identity ? pin : throw new IOException($"{path} is not what was written there");
        }
        catch (JsonException e)
        {
            // What was trusted is not known any more: that must not pass for nothing was.
            throw new IOException($"{path} cannot be read ({e.Message})", e);
        }
    }

    private void Write(string path, Pin pin)
    {
        StateFolder.Make(folder);
        var next = $"{path}.{Path.GetRandomFileName()}";
        using (var file = StateFolder.Open(next, FileMode.CreateNew)) file.Write(JsonSerializer.SerializeToUtf8Bytes(pin, PinJson.Default.Pin));
        File.Move(next, path, overwrite: true);
    }

    private string PathOf(string server, string identity, bool isChange) => Path.Combine(folder, $"{server}@{identity[..16]}{(isChange ? ".changed" : "")}.json");
}
