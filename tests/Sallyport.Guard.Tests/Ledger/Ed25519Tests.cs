using System.Diagnostics;
using System.Text;
using Sallyport.Guard.Audit;

namespace Sallyport.Guard.Tests.Audit;

/// <summary>Signatures against the vectors of RFC 8032, section 7.1, and against OpenSSL where it is there.</summary>
public sealed class Ed25519Tests
{
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Signs_and_verifies_the_vectors_of_the_rfc(string seed, string key, string message, string signature)
    {
        var (s, m) = (Convert.FromHexString(seed), Convert.FromHexString(message));
        var publicKey = Ed25519.PublicKey(s);
        Assert.Equal(key, Convert.ToHexStringLower(publicKey));
        Assert.Equal(signature, Convert.ToHexStringLower(Ed25519.Sign(s, publicKey, m)));
        Assert.True(Ed25519.Verify(publicKey, m, Convert.FromHexString(signature)));
    }

    [Fact]
    public void No_changed_bit_of_key_message_or_signature_verifies()
    {
        var random = new Random(4);
        var seed = new byte[32];
        for (var round = 0; round < 60; round++)
        {
            random.NextBytes(seed);
            var message = new byte[1 + random.Next(100)];
            random.NextBytes(message);
            var key = Ed25519.PublicKey(seed);
            var signature = Ed25519.Sign(seed, key, message);
            Assert.True(Ed25519.Verify(key, message, signature));
            foreach (var part in (byte[][])[key, message, signature])
            {
                var (at, bit) = (random.Next(part.Length), (byte)(1 << random.Next(8)));
                part[at] ^= bit;
                Assert.False(Ed25519.Verify(key, message, signature));
                part[at] ^= bit;
            }
        }
    }

    [Fact]
    public void A_signature_whose_scalar_is_not_reduced_does_not_verify()
    {
        var seed = new byte[32];
        var key = Ed25519.PublicKey(seed);
        var signature = Ed25519.Sign(seed, key, "x"u8);
        // The same signature, with the order of the group added to its scalar.
        byte[] order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        var carry = 0;
        for (var i = 0; i < 32; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }
        Assert.False(Ed25519.Verify(key, "x"u8, signature));
    }

    [Fact]
    public void OpenSSL_accepts_what_we_sign()
    {
        using var folder = new TempFolder();
        var random = new Random(11);
        for (var round = 0; round < 5; round++)
        {
            var seed = new byte[32];
            random.NextBytes(seed);
            var message = Encoding.UTF8.GetBytes(new string('m', 1 + (round * 77)));
            var key = Ed25519.PublicKey(seed);
            folder.Write("key.der", [.. Convert.FromHexString("302a300506032b6570032100"), .. key]);
            folder.Write("message", message);
            folder.Write("signature", Ed25519.Sign(seed, key, message));
            var start = new ProcessStartInfo("openssl", ["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin", "-in", "message", "-sigfile", "signature"]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
            Process process;
            try
            {
                process = Process.Start(start)!;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Assert.Skip("openssl is not installed");
                return;
            }
            using (process)
            {
                var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
                process.WaitForExit();
                Assert.True(process.ExitCode == 0, said);
            }
        }
    }
}
