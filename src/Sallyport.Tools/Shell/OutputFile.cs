using Microsoft.Win32.SafeHandles;
using Sallyport.Engine.Sessions;

namespace Sallyport.Tools.Shell;

/// <summary>Makes the files of a session's output folder: for the owner's eyes only, never over another one.</summary>
internal static class OutputFile
{
    public static (string Path, SafeFileHandle Handle) Create(string folder, string name, string extension)
    {
        StateFolder.Make(folder);
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(folder, $"{name}-{number}{extension}");
            if (File.Exists(path)) continue;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            try
            {
                return (path, Open(path, options));
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another call took the number.
            }
        }
    }

    private static SafeFileHandle Open(string path, FileStreamOptions options)
    {
        // The stream is not disposed: its handle lives on.
        var stream = new FileStream(path, options);
        GC.SuppressFinalize(stream);
        return stream.SafeFileHandle;
    }
}
