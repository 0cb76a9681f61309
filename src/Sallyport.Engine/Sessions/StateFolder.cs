using Sallyport.Guard.Audit;

namespace Sallyport.Engine.Sessions;

/// <summary>Where state lives: sessions, checkpoints, ledger. Folders 0700, files 0600.</summary>
public static class StateFolder
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary><c>$XDG_STATE_HOME/sallyport</c>, by default <c>~/.local/state/sallyport</c>.</summary>
    public static string Root()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state) || !Path.IsPathRooted(state)) state = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(state, "sallyport");
    }

    /// <summary>Makes a folder that only its owner can enter.</summary>
    public static string Make(string folder) => OwnerFolder.Make(folder);

    /// <summary>Opens a file that only its owner can read; others may read it meanwhile, none may write.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access = FileAccess.Write, FileShare share = FileShare.Read)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open) options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }
}
