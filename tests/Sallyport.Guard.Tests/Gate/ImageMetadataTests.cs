using System.Text;
using Sallyport.Guard.Gate;

namespace Sallyport.Guard.Tests.Gate;

public sealed class ImageMetadataTests
{
    // Nine by seven points, as a common encoder writes them, with a description, a way up (6) and XMP.
    private const string Progressive = "/9j/4QDaRXhpZgAASUkqAAgAAAAHAA4BAgARAAAAcgAAABIBAwABAAAAAQAAABoBBQABAAAAYgAAABsBBQABAAAAagAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAGmHBAABAAAAhAAAAAAAAAA4YwAA6AMAADhjAADoAwAAREVTQ1JJUFRJT04tSEVSRQAABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//AAACoAQAAQAAAAkAAAADoAQAAQAAAAcAAAAAAAAA/+EAXmh0dHA6Ly9ucy5hZG9iZS5jb20veGFwLzEuMC8APHg6eG1wbWV0YSB4bWxuczp4PSJhZG9iZTpuczptZXRhLyI+PHI+WE1QLUhFUkU8L3I+PC94OnhtcG1ldGE+/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6utq2eAvMm6pseZqKuk/9sAQwEcHh4oIyhOKytOpG5dbqSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk/8IAEQgABwAJAwEiAAIRAQMRAf/EABYAAQEBAAAAAAAAAAAAAAAAAAACA//EABUBAQEAAAAAAAAAAAAAAAAAAAAC/9oADAMBAAIQAxAAAAGdSH//xAAXEAEAAwAAAAAAAAAAAAAAAAAAAgMT/9oACAEBAAEFAo1s3//EABgRAAIDAAAAAAAAAAAAAAAAAAABAgMR/9oACAEDAQE/Aa5vD//EABYRAQEBAAAAAAAAAAAAAAAAAAEAAv/aAAgBAgEBPwF03//EABQQAQAAAAAAAAAAAAAAAAAAABD/2gAIAQEABj8CP//EABQQAQAAAAAAAAAAAAAAAAAAABD/2gAIAQEAAT8hH//aAAwDAQACAAMAAAAQe//EABURAQEAAAAAAAAAAAAAAAAAAABB/9oACAEDAQE/EL7/xAAWEQADAAAAAAAAAAAAAAAAAAAAETH/2gAIAQIBAT8Qep//xAAYEAADAQEAAAAAAAAAAAAAAAAAASERUf/aAAgBAQABPxBEiMcR/9k=";
    private const string Baseline = "/9j/4QDaRXhpZgAASUkqAAgAAAAHAA4BAgARAAAAcgAAABIBAwABAAAAAQAAABoBBQABAAAAYgAAABsBBQABAAAAagAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAGmHBAABAAAAhAAAAAAAAAA4YwAA6AMAADhjAADoAwAAREVTQ1JJUFRJT04tSEVSRQAABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//AAACoAQAAQAAAAkAAAADoAQAAQAAAAcAAAAAAAAA/+EAXmh0dHA6Ly9ucy5hZG9iZS5jb20veGFwLzEuMC8APHg6eG1wbWV0YSB4bWxuczp4PSJhZG9iZTpuczptZXRhLyI+PHI+WE1QLUhFUkU8L3I+PC94OnhtcG1ldGE+/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6utq2eAvMm6pseZqKuk/9sAQwEcHh4oIyhOKytOpG5dbqSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk/8AAEQgABwAJAwEiAAIRAQMRAf/EABYAAQEBAAAAAAAAAAAAAAAAAAADBP/EABoQAAICAwAAAAAAAAAAAAAAAAABBCEFFVH/xAAVAQEBAAAAAAAAAAAAAAAAAAAAA//EABoRAAICAwAAAAAAAAAAAAAAAAACAzEEERL/2gAMAwEAAhEDEQA/AJx8aqpGvWriAJPK27GNO/Fn/9k=";
    private const string WebP = "UklGRnoBAABXRUJQVlA4WAoAAAAMAAAACAAABgAAVlA4IDQAAADQAQCdASoJAAcABABoJbACdAEOuwXvAAD+5gftsRvhoke9KByiQMEApoNmr1a239zheAAARVhJRtgAAABFeGlmAABJSSoACAAAAAcADgECABEAAAByAAAAEgEDAAEAAAABAAAAGgEFAAEAAABiAAAAGwEFAAEAAABqAAAAKAEDAAEAAAACAAAAEwIDAAEAAAABAAAAaYcEAAEAAACEAAAAAAAAADhjAADoAwAAOGMAAOgDAABERVNDUklQVElPTi1IRVJFAAAGAACQBwAEAAAAMDIxMAGRBwAEAAAAAQIDAACgBwAEAAAAMDEwMAGgAwABAAAA//8AAAKgBAABAAAACQAAAAOgBAABAAAABwAAAAAAAABYTVAgPwAAADx4OnhtcG1ldGEgeG1sbnM6eD0iYWRvYmU6bnM6bWV0YS8iPjxyPlhNUC1IRVJFPC9yPjwveDp4bXBtZXRhPgA=";
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAkAAAAHCAIAAABV+fA3AAAA0mVYSWZJSSoACAAAAAcADgECABEAAAByAAAAEgEDAAEAAAABAAAAGgEFAAEAAABiAAAAGwEFAAEAAABqAAAAKAEDAAEAAAACAAAAEwIDAAEAAAABAAAAaYcEAAEAAACEAAAAAAAAADhjAADoAwAAOGMAAOgDAABERVNDUklQVElPTi1IRVJFAAAGAACQBwAEAAAAMDIxMAGRBwAEAAAAAQIDAACgBwAEAAAAMDEwMAGgAwABAAAA//8AAAKgBAABAAAACQAAAAOgBAABAAAABwAAAAAAAABeO2j1AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAUXpUWHRYTUw6Y29tLmFkb2JlLnhtcAAACJmzqbCqyC3ITS1JVKjIzckrtqqwVUpMyU9KtcortgIJ6yvZ2RTZRfgG6Hq4Brna6BfZ2ejD9dgBAMLoFXg04cubAAAAgElEQVQI1w3JMQEAIQhAUYI4EoIIBDAGgxF+AAdiGIAIhmA0yt1bn4gwBBOmsIQtHOEKTxBRhmLKVJaylaNc5el/znDMmc5ytnOc6zz/LxiBBTNYwQ5OcIMX/yUjsWQmK9nJSW7y8r9iFFbMYhW7OMUtXv3XjMaa2axmN6e5zWs+XTBVpYYm0s8AAAAASUVORK5CYII=";
    private const string Gif = "R0lGODlhCQAHAIEAALe1gDu1gLc6gDs6gCH/C05FVFNDQVBFMi4wAwEAAAAh+QQEAAAAACwAAAAACQAHAAACEpwtKYfK68JRItgAMMhX7+4BBQAh+QQFAAAEACwAAAAACQAHAIHW3H9Z3H/WX39ZX38DEggK0b2BuSWduHfogffG2dd5CQA7";
    private const string Animated = "UklGRogBAABXRUJQVlA4WAoAAAAKAAAACAAABgAAQU5JTQYAAAD/////AQBBTk1GNgAAAAAAAAAAAAgAAAYAAGQAAAJWUDhMHgAAAC8IgAEAuYzof+wiov8BIQFhjP8vJQeGYwBjApBSJkFOTUY+AAAAAAAAAAAACAAABgAAZAAAAFZQOEwmAAAALwiAAQC5jOh/7CKi/wEibZv51zgvQ0c3IBBI8ufc4/mLCehkyglFWElG2AAAAEV4aWYAAElJKgAIAAAABwAOAQIAEQAAAHIAAAASAQMAAQAAAAEAAAAaAQUAAQAAAGIAAAAbAQUAAQAAAGoAAAAoAQMAAQAAAAIAAAATAgMAAQAAAAEAAABphwQAAQAAAIQAAAAAAAAAOGMAAOgDAAA4YwAA6AMAAERFU0NSSVBUSU9OLUhFUkUAAAYAAJAHAAQAAAAwMjEwAZEHAAQAAAABAgMAAKAHAAQAAAAwMTAwAaADAAEAAAD//wAAAqAEAAEAAAAJAAAAA6AEAAEAAAAOAAAAAAAAAA==";

    public static TheoryData<string, string> Pictures => new() { { "progressive", Progressive }, { "baseline", Baseline }, { "webp", WebP }, { "png", Png }, { "gif", Gif }, { "animated", Animated } };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void What_is_drawn_stays_and_what_is_said_goes(string kind, string data)
    {
        var picture = Convert.FromBase64String(data);
        var bare = ImageMetadata.Strip([.. picture, .. "HIDDEN-HERE"u8]);
        Assert.NotEmpty(bare);
        Assert.Equal(bare, ImageMetadata.Strip(bare));
        var text = Encoding.Latin1.GetString(bare);
        Assert.DoesNotContain("HERE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("xmp", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(kind != "gif", bare.Length < picture.Length);
    }

    [Theory]
    [InlineData(Progressive)]
    [InlineData(Baseline)]
    public void A_photograph_keeps_its_way_up(string data)
    {
        var picture = Convert.FromBase64String(data);
        // An encoder that turned the points says 1: nothing to keep.
        Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(ImageMetadata.Strip(picture)), StringComparison.Ordinal);
        var way = picture.AsSpan().IndexOf<byte>([0x12, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01]) + 8;
        picture[way] = 6;
        var bare = ImageMetadata.Strip(picture);
        Assert.NotEqual(-1, bare.AsSpan().IndexOf<byte>([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]));
        Assert.Equal(bare, ImageMetadata.Strip(bare));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void A_picture_that_ends_early_or_is_twisted_is_never_an_error(string kind, string data)
    {
        var picture = Convert.FromBase64String(data);
        for (var length = 0; length < picture.Length - 1; length++)
        {
            var bare = ImageMetadata.Strip(picture.AsSpan(0, length));
            // A WebP file tells its length, the others their end: what is short is not a picture.
            Assert.True(bare.Length == 0, $"{kind} cut at {length}");
        }
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var twisted = picture.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--) twisted[random.Next(twisted.Length)] = (byte)random.Next(256);
            var bare = ImageMetadata.Strip(twisted);
            Assert.True(bare.Length <= twisted.Length + 64);
            Assert.Equal(bare, ImageMetadata.Strip(bare));
        }
    }

    [Fact]
    public void A_png_loses_text_that_is_compressed()
    {
        var picture = Convert.FromBase64String(Png);
        byte[] chunk = [0, 0, 0, 9, .. "zTXt"u8, .. "K\0\0secret"u8, 0, 0, 0, 0];
        Assert.Equal(ImageMetadata.Strip(picture), ImageMetadata.Strip([.. picture[..33], .. chunk, .. picture[33..]]));
    }

    [Fact]
    public void The_vault_gives_a_picture_back_without_its_metadata_and_withholds_what_holds_a_secret()
    {
        var secret = "AKIA" + string.Concat(Enumerable.Range(0, 16).Select(i => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[i * 11 % 32]));
        var vault = new SecretVault();
        vault.LearnEnvironment([new("SERVICE_TOKEN", secret)]);
        var picture = Convert.FromBase64String(Png);
        var described = Convert.ToBase64String([.. picture, .. Encoding.ASCII.GetBytes(secret)]);
        var closed = vault.ClosePicture(described);
        Assert.Equal(Convert.ToBase64String(ImageMetadata.Strip(picture)), closed);
        Assert.Same(closed, vault.ClosePicture(closed!));
        byte[] palette = [0, 0, 0, (byte)secret.Length, .. "PLTE"u8, .. Encoding.ASCII.GetBytes(secret), 0, 0, 0, 0];
        Assert.Null(vault.ClosePicture(Convert.ToBase64String([.. picture[..33], .. palette, .. picture[33..]])));
        Assert.Null(vault.ClosePicture(Convert.ToBase64String(Encoding.ASCII.GetBytes("BM no picture that is known"))));
        Assert.Null(vault.ClosePicture("not base64!"));
    }
}
