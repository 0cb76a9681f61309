using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;

namespace Sallyport.Guard.Tests.Artifacts;

/// <summary>Containers made to mislead: blocked or incomplete, never clean, in bounded time.</summary>
public sealed class HostileTests
{
    [Fact]
    public void A_flat_bomb_blocks()
    {
        var report = Wrap.Check(Wrap.Gzip(new byte[200 << 20]));
        Assert.Contains("archive.bomb", report.Rules());
        Assert.Equal(Verdict.Blocked, report.Verdict);
    }

    [Fact]
    public void A_bomb_in_a_large_folder_blocks()
    {
        using var folder = new TempFolder();
        var noise = new byte[8 << 20];
        new Random(1).NextBytes(noise);
        folder.Write("noise.bin", noise);
        folder.Write("bomb.zip", Wrap.Zip(("zeros", new byte[100 << 20])));
        var report = Checks.Check(folder.Path, asIs: true);
        Assert.Contains("archive.bomb", report.Rules());
    }

    [Fact]
    public void Names_that_lead_out_block()
    {
        foreach (var name in new[] { "../../etc/cron.d/job", "/etc/passwd", "a/../../b", "..\\..\\b.txt", "C:\\windows\\x.dll" })
        {
            Assert.Contains("archive.traversal", Wrap.Check(Wrap.Zip((name, [1, 2, 3]))).Rules());
            Assert.Contains("archive.traversal", Wrap.Check(Wrap.Tar((name, [1, 2, 3]))).Rules());
        }
    }

    [Fact]
    public void One_name_twice_blocks_and_two_cases_of_a_name_are_noted()
    {
        Assert.Contains("archive.duplicate-name", Wrap.Check(Wrap.Tar(("a", [1]), ("a", [2]))).Rules());
        Assert.Contains("archive.duplicate-name", Wrap.Check(Wrap.Zip(("a", [1]), ("a", [2]))).Rules());
        Assert.Contains("archive.case-collision", Wrap.Check(Wrap.Tar(("Readme", [1]), ("README", [2]))).Rules());
        Assert.Contains("archive.case-collision", Wrap.Check(Wrap.Zip(("Readme", [1]), ("README", [2]))).Rules());
    }

    [Fact]
    public void Links_out_block_and_links_inside_do_not()
    {
        Assert.Contains("archive.link-out", Wrap.Check(Links(TarEntryType.SymbolicLink, "package/a", "/etc/passwd")).Rules());
        Assert.Contains("archive.link-out", Wrap.Check(Links(TarEntryType.SymbolicLink, "package/a", "../../x")).Rules());
        Assert.Contains("archive.link-out", Wrap.Check(Links(TarEntryType.HardLink, "package/a", "../x")).Rules());
        Assert.Empty(Wrap.Check(Links(TarEntryType.SymbolicLink, "package/lib/a", "../b")).Findings);
        Assert.Empty(Wrap.Check(Links(TarEntryType.HardLink, "package/a", "package/b")).Findings);

        static byte[] Links(TarEntryType type, string name, string target)
        {
            using var output = new MemoryStream();
            using (var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true)) tar.WriteEntry(new UstarTarEntry(type, name) { LinkName = target });
            return output.ToArray();
        }
    }

    [Fact]
    public void A_second_archive_behind_the_end_mark_is_read()
    {
        var report = Wrap.Check([.. Wrap.Tar(("a", [1])), .. Wrap.Tar(("b.txt", Wrap.Secret()))]);
        Assert.Contains("archive.mismatch", report.Rules());
        Assert.Contains(Wrap.Rule, report.Rules());
    }

    [Fact]
    public void Bytes_behind_a_gzip_stream_are_read() =>
        Assert.Contains(Wrap.Rule, Wrap.Check([.. Wrap.Gzip("x"u8.ToArray()), .. Wrap.Secret()]).Rules());

    [Fact]
    public void Several_gzip_members_are_one_file() =>
        Assert.Contains(Wrap.Rule, Wrap.Check([.. Wrap.Gzip(Wrap.Secret()[..20]), .. Wrap.Gzip(Wrap.Secret()[20..])]).Rules());

    [Fact]
    public void An_impossible_size_in_a_tar_is_incomplete()
    {
        foreach (var size in new byte[][] { [0x80, 0, 0, 0, 0x7f, 255, 255, 255, 255, 255, 255, 255], [0x80, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255], [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0] })
        {
            var tar = Wrap.Tar(("a", [1, 2, 3]));
            var at = tar.AsSpan().IndexOf("ustar"u8) - 257;
            while (tar[at + 156] != '0') at += 512;
            size.CopyTo(tar, at + 124);
            Reseal(tar.AsSpan(at, 512));
            Assert.Equal(Verdict.Incomplete, Wrap.Check(tar).Verdict);
        }
    }

    [Fact]
    public void A_damaged_tar_header_is_incomplete_and_the_rest_still_searched()
    {
        var tar = Wrap.Tar(("a", [1]), ("b.txt", Wrap.Secret()));
        var at = tar.AsSpan().LastIndexOf("b.txt"u8);
        tar[at] ^= 1;
        var report = Wrap.Check(tar);
        Assert.NotEmpty(report.Skipped);
        Assert.Contains(Wrap.Rule, report.Rules());
    }

    [Fact]
    public void Headers_of_a_zip_that_contradict_each_other_block()
    {
        var zip = Wrap.Zip(("good.txt", "hello hello hello"u8.ToArray()));
        var local = zip.AsSpan().IndexOf("good.txt"u8);
        "evil"u8.CopyTo(zip.AsSpan(local));
        Assert.Contains("archive.mismatch", Wrap.Check(zip).Rules());
    }

    [Fact]
    public void A_member_that_the_directory_does_not_list_is_read()
    {
        var hidden = Wrap.Zip(("hidden.txt", Wrap.Secret()));
        var directory = hidden.AsSpan().IndexOf("PK\x01\x02"u8);
        var report = Wrap.Check([.. hidden[..directory], .. Wrap.Zip(("a.txt", "hello"u8.ToArray()))]);
        Assert.Contains("archive.mismatch", report.Rules());
        Assert.Contains(Wrap.Rule, report.Rules());
    }

    [Fact]
    public void A_zips_prefix_comment_and_tail_are_read()
    {
        var plain = Wrap.Zip(("a.txt", "hello"u8.ToArray()));
        Assert.Contains(Wrap.Rule, Wrap.Check([.. Wrap.Secret(), .. plain]).Rules());
        Assert.Contains(Wrap.Rule, Wrap.Check([.. plain, .. Wrap.Secret()]).Rules());
        var comment = Wrap.Secret();
        byte[] commented = [.. plain, .. comment];
        BinaryPrimitives.WriteUInt16LittleEndian(commented.AsSpan(plain.Length - 2), (ushort)comment.Length);
        Assert.Contains(Wrap.Rule, Wrap.Check(commented).Rules());
    }

    [Fact]
    public void Encrypted_members_block()
    {
        var zip = Wrap.Zip(("a.txt", "hello"u8.ToArray()));
        zip[6] |= 1;
        zip[zip.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;
        Assert.Contains("archive.encrypted", Wrap.Check(zip).Rules());
    }

    [Theory]
    [InlineData("377ABCAF271C000400000000")]
    [InlineData("526172211A0701003392B5E5")]
    [InlineData("4D5343460000000000000000")]
    [InlineData("D0CF11E0A1B11AE100000000")]
    public void Containers_that_cannot_be_opened_are_incomplete(string magic)
    {
        var file = new byte[2000];
        Convert.FromHexString(magic).CopyTo(file, 0);
        Assert.Equal(Verdict.Incomplete, Wrap.Check(file).Verdict);
        Assert.Equal(Verdict.Incomplete, Wrap.Check(Wrap.Zip(("x.dat", file))).Verdict);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_deleted_by_a_later_layer_is_still_found(bool manifestsFirst)
    {
        var image = Wrap.Image(manifestsFirst, Wrap.Gzip(Wrap.Tar(("app/a.txt", Wrap.Secret()), ("app/b.txt", Wrap.Secret()), ("app/c.txt", Wrap.Secret()))),
            Wrap.Tar(("app/.wh.a.txt", [])), Wrap.Gzip(Wrap.Tar(("app/b.txt", "b"u8.ToArray()))));
        var report = Wrap.Check(image);
        Assert.Equal("oci", report.Kind);
        var findings = report.Findings.Where(f => f.Rule.Id == Wrap.Rule).ToDictionary(f => f.Path[^5..], f => f.Evidence.GetValueOrDefault("ghost"));
        Assert.Equal("deleted by layer 2 of 3, still in the image", findings["a.txt"]);
        Assert.Equal("overwritten by layer 3 of 3, still in the image", findings["b.txt"]);
        Assert.Null(findings["c.txt"]);
    }

    [Fact]
    public void A_blob_that_does_not_have_its_digest_blocks()
    {
        var layer = Wrap.Tar(("app/a.txt", "hello"u8.ToArray()));
        var image = Wrap.Image(manifestsFirst: true, layer);
        image[image.AsSpan().LastIndexOf("hello"u8)] = (byte)'j';
        Assert.Contains("archive.mismatch", Wrap.Check(image).Rules());
    }

    [Fact]
    public void A_system_image_may_hold_absolute_links()
    {
        using var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true)) tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "bin/sh") { LinkName = "/usr/bin/sh" });
        Assert.Empty(Wrap.Check(Wrap.Image(manifestsFirst: true, output.ToArray())).Findings);
    }

    private static void Reseal(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in header) sum += b;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
    }
}
