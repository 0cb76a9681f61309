using System.Formats.Tar;
using System.Text;
using Sallyport.Guard.Tests.Artifacts;

namespace Sallyport.Guard.Tests.Recovery;

public class HiddenLayerTests
{
    private static readonly byte[][] Layers =
    [
        Wrap.Gzip(Wrap.Tar(("app/a.txt", "first\n"u8.ToArray()), ("app/b.txt", "old\n"u8.ToArray()), ("app/c.txt", "seen\n"u8.ToArray()))),
        Wrap.Tar(("app/.wh.a.txt", [])),
        Wrap.Gzip(Wrap.Tar(("app/b.txt", "new\n"u8.ToArray()))),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Writes_what_later_layers_hide(bool manifestsFirst)
    {
        using var folder = new TempFolder();
        Recovers(folder.Write("image.tar", Wrap.Image(manifestsFirst, Layers)), ("app/a.txt", "first\n"), ("app/b.txt", "old\n"));
    }

    [Fact]
    public void Writes_what_later_layers_hide_in_a_layout_that_was_unpacked()
    {
        using var folder = new TempFolder();
        TarFile.ExtractToDirectory(new MemoryStream(Wrap.Image(manifestsFirst: true, Layers)), folder.Path, overwriteFiles: false);
        Recovers(folder.Path, ("app/a.txt", "first\n"), ("app/b.txt", "old\n"));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "../one/layer.tar")]
    [InlineData(TarEntryType.HardLink, "one/layer.tar")]
    public void Follows_an_old_archives_links_from_layer_to_layer(TarEntryType kind, string target)
    {
        using var folder = new TempFolder();
        using var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "one/layer.tar") { DataStream = new MemoryStream(Wrap.Tar(("etc/key", "mine\n"u8.ToArray()))) });
            tar.WriteEntry(new UstarTarEntry(kind, "two/layer.tar") { LinkName = target });
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "three/layer.tar") { DataStream = new MemoryStream(Wrap.Tar(("etc/.wh..wh..opq", []))) });
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "manifest.json") { DataStream = new MemoryStream("""[{"Config":"c.json","RepoTags":null,"Layers":["two/layer.tar","three/layer.tar"]}]"""u8.ToArray()) });
        }
        Recovers(folder.Write("saved.tar", output.ToArray()), ("etc/key", "mine\n"));
    }

    [Fact]
    public void Writes_nothing_that_is_in_plain_sight()
    {
        using var folder = new TempFolder();
        Recovers(folder.Write("image.tar", Wrap.Image(manifestsFirst: false, Layers[0], Wrap.Tar(("app/d.txt", "d"u8.ToArray())))));
    }

    [Fact]
    public void Reads_layers_that_a_real_tar_made()
    {
        using var folder = new TempFolder();
        var source = Directory.CreateDirectory(Path.Combine(folder.Path, "rootfs")).FullName;
        File.WriteAllText(Path.Combine(source, "key.txt"), "mine\n");
        Tools.Run(folder.Path, "tar", "-cf", "one.tar", "-C", "rootfs", ".");
        File.Delete(Path.Combine(source, "key.txt"));
        File.WriteAllText(Path.Combine(source, ".wh.key.txt"), "");
        Tools.Run(folder.Path, "tar", "-czf", "two.tar.gz", "-C", "rootfs", ".");
        var image = Wrap.Image(manifestsFirst: true, File.ReadAllBytes(Path.Combine(folder.Path, "one.tar")), File.ReadAllBytes(Path.Combine(folder.Path, "two.tar.gz")));
        Recovers(folder.Write("image.tar.gz", Wrap.Gzip(image)), ("key.txt", "mine\n"));
    }

    private static void Recovers(string target, params (string Path, string Text)[] expected)
    {
        using var to = new TempFolder();
        var report = SourceRecovery.Write(new CheckRequest { Targets = [target], Policy = Policy.Default, AsIs = true }, to.Path, TestContext.Current.CancellationToken);
        Assert.Empty(report.Check.Targets[0].Skipped);
        Assert.Equal(expected.Select(e => e.Path), report.Files.Select(f => f.Path));
        foreach (var (path, text) in expected) Assert.Equal(text, File.ReadAllText(Path.Combine(to.Path, path), Encoding.UTF8));
    }
}
