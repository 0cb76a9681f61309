using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sallyport.Guard.Detectors.Secrets.Providers;

namespace Sallyport.Guard.Tests.Artifacts;

/// <summary>Puts one file into a container, by .NET's own writers, by hand, or by the machine's tools.</summary>
internal static class Wrap
{
    public const string Rule = "secret.github-pat";

    /// <summary>A text with a made-up token in it.</summary>
    public static byte[] Secret() => Encoding.UTF8.GetBytes("# settings\n" + new GitHub().Credentials[0].Fake(new Random(42)) + "# end\n");

    public static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, content) in files) tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }
        return output.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return output.ToArray();
    }

    public static byte[] Zlib(byte[] content)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(content);
        return output.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] files) => Zip(CompressionLevel.Optimal, files);

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] files)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }
        return output.ToArray();
    }

    public static byte[] Ar(params (string Name, byte[] Content)[] files)
    {
        using var output = new MemoryStream();
        output.Write("!<arch>\n"u8);
        foreach (var (name, content) in files)
        {
            output.Write(Encoding.ASCII.GetBytes($"{name + "/",-16}{0,-12}{0,-6}{0,-6}{"100644",-8}{content.Length,-10}`\n"));
            output.Write(content);
            if (content.Length % 2 == 1) output.WriteByte((byte)'\n');
        }
        return output.ToArray();
    }

    public static byte[] Cpio(params (string Name, byte[] Content)[] files)
    {
        using var output = new MemoryStream();
        foreach (var (name, content) in files.Append(("TRAILER!!!", [])))
        {
            var header = $"070701{1:x8}{0x81a4:x8}{0:x8}{0:x8}{1:x8}{0:x8}{content.Length:x8}{0:x8}{0:x8}{0:x8}{0:x8}{name.Length + 1:x8}{0:x8}";
            output.Write(Encoding.ASCII.GetBytes(header + name + "\0"));
            output.Write(new byte[-output.Length & 3]);
            output.Write(content);
            output.Write(new byte[-output.Length & 3]);
        }
        return output.ToArray();
    }

    public static byte[] Asar(string name, byte[] content)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        var integrity = $$"""{"algorithm":"SHA256","hash":"{{digest}}","blockSize":4194304,"blocks":["{{digest}}"]}""";
        var file = $$"""{"size":{{content.Length}},"offset":"0","integrity":""" + integrity + "}";
        var text = Encoding.UTF8.GetBytes("{\"files\":{" + JsonSerializer.Serialize(name) + ":" + file + "}}");
        var padded = text.Length + 3 & ~3;
        using var output = new MemoryStream();
        using var writer = new BinaryWriter(output);
        writer.Write(4);
        writer.Write(padded + 8);
        writer.Write(padded + 4);
        writer.Write(text.Length);
        writer.Write(text);
        writer.Write(new byte[padded - text.Length]);
        writer.Write(content);
        return output.ToArray();
    }

    /// <summary>An OCI layout in a tar: the manifests come first or last, as the writer likes.</summary>
    public static byte[] Image(bool manifestsFirst, params byte[][] layers)
    {
        var config = """{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"]},"rootfs":{"type":"layers"}}"""u8.ToArray();
        var manifest = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"config":{"digest":"sha256:{{Digest(config)}}"},"layers":[{{string.Join(',', layers.Select(l => $$"""{"digest":"sha256:{{Digest(l)}}","size":{{l.Length}}}"""))}}]}""");
        var index = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"manifests":[{"digest":"sha256:{{Digest(manifest)}}"}]}""");
        (string, byte[])[] heads = [("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()), ("index.json", index), Blob(manifest), Blob(config)];
        var blobs = layers.Select(Blob);
        return Tar([.. manifestsFirst ? heads.Concat(blobs) : blobs.Concat(heads)]);

        static (string, byte[]) Blob(byte[] content) => ($"blobs/sha256/{Digest(content)}", content);
        static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
    }

    /// <summary>Pipes bytes through a program of the machine; skips the test when it is missing.</summary>
    public static byte[] Through(string program, string arguments, byte[] content)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var writing = Task.Run(() =>
            {
                process.StandardInput.BaseStream.Write(content);
                process.StandardInput.Close();
            }, TestContext.Current.CancellationToken);
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            writing.Wait(TestContext.Current.CancellationToken);
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{program} {arguments}: {process.StandardError.ReadToEnd()}");
            return output.ToArray();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not on this machine");
            return [];
        }
    }

    /// <summary>Checks bytes as a package file of its own.</summary>
    public static TargetReport Check(byte[] package, string name = "package.bin", Profile? profile = null)
    {
        using var folder = new TempFolder();
        return Checks.Check(folder.Write(name, package), profile: profile);
    }
}
