using Sallyport.Guard.Recovery;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Tests.Recovery;

public sealed class RecoveryPathTests
{
    [Theory]
    [InlineData("src/main.ts", "src/main.ts")]
    [InlineData("webpack:///./src/x.ts", "src/x.ts")]
    [InlineData("webpack://app/./src/x.ts", "app/src/x.ts")]
    [InlineData("../../etc/passwd", "etc/passwd")]
    [InlineData("..\\..\\windows\\x.cs", "windows/x.cs")]
    [InlineData("/home/ann/work/a.ts", "home/ann/work/a.ts")]
    [InlineData(@"C:\work\app\A.cs", "C/work/app/A.cs")]
    [InlineData("file:///C:/work/a.ts", "C_/work/a.ts")]
    [InlineData("App.vue?vue&type=script", "App.vue_vue&type=script")]
    [InlineData("a/con.txt", "a/_con.txt")]
    [InlineData("a/..../b", "a/_/b")]
    [InlineData("a\0b", "a_b")]
    [InlineData("", "unnamed")]
    [InlineData("../..", "unnamed")]
    public void Makes_any_name_a_safe_relative_path(string name, string path) => Assert.Equal(path, RecoveryPath.Of(name));

    [Fact]
    public void Shortens_names_that_no_file_system_takes()
    {
        var path = RecoveryPath.Of("src/" + new string('x', 4000) + ".ts");
        Assert.True(path.Length < 150);
        Assert.EndsWith(".ts", path, StringComparison.Ordinal);
        Assert.True(RecoveryPath.Of(string.Join('/', Enumerable.Repeat("folder", 4000))).Length < 1000);
    }

    [Fact]
    public void Never_leads_out_of_the_folder_nor_fails()
    {
        var random = new Random(7);
        const string Letters = "a./\\:~ \0?*%\u00e9C-";
        for (var i = 0; i < 20_000; i++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => Letters[random.Next(Letters.Length)])]);
            var full = Path.GetFullPath(Path.Combine("/base", RecoveryPath.Of(name)));
            Assert.StartsWith("/base/", full, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Writes_colliding_names_side_by_side_and_equal_files_once()
    {
        using var folder = new TempFolder();
        var recovery = new RecoveryFolder(folder.Path);
        void Write(string name, string content) => recovery.Write(new Entry { Path = "a.map!/" + name, InPackage = name, RecoveredAs = name }, System.Text.Encoding.UTF8.GetBytes(content));
        Write("src/a.ts", "1");
        Write("src/a.ts", "1");
        Write("src/a.ts", "2\n3\n");
        Write("SRC/A.ts", "4");
        Write("src", "5");
        Write("src/a.ts/b.ts", "6");
        Assert.Equal(5, recovery.Files.Count);
        Assert.Equal(2, recovery.Files.Single(f => f.Path == "src/a~2.ts").Lines);
        Assert.Equal(5, Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void Refuses_a_folder_that_is_not_empty()
    {
        using var folder = new TempFolder();
        folder.Write("there.txt", "mine");
        var request = new CheckRequest { Targets = [folder.Path] };
        Assert.Throws<GuardException>(() => SourceRecovery.Write(request, folder.Path, TestContext.Current.CancellationToken));
    }
}
