using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.Guard.Tests.Truth;

/// <summary>What turns a package that is fit to leave into one that is not; and what only looks so.</summary>
internal static class Leaks
{
    /// <summary>Leaks that block in the closed profile only.</summary>
    public static readonly (string Name, Func<PackageBuilder, byte[]> Make)[] OfSource =
    [
        ("external map", p => p.Add("dist/index.js.map", Map(p)).Pack("//# sourceMappingURL=index.js.map")),
        ("map without a comment", p => p.Add("dist/index.js.map", Map(p)).Pack()),
        ("renamed map", p => p.Add("dist/data.txt", Map(p)).Pack()),
        ("compressed map", p => p.Add("dist/index.bin", PackageBuilder.Gzip(Encoding.UTF8.GetBytes(Map(p)))).Pack()),
        ("index map", p => p.Add("dist/index.js.map", $$$"""{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":{{{Map(p)}}}}]}""").Pack()),
        ("inline base64 map", p => p.Pack("//# sourceMappingURL=data:application/json;charset=utf-8;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(Map(p))))),
        ("inline percent map", p => p.Pack("//# sourceMappingURL=data:application/json," + Uri.EscapeDataString(Map(p)))),
        ("legacy comment", p => p.Pack("//@ sourceMappingURL=data:application/json;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(Map(p))))),
        ("css map", p => p.Add("dist/style.css", ".a{color:red}\n/*# sourceMappingURL=style.css.map */\n").Add("dist/style.css.map", Map(p)).Pack()),
        ("map in a zip in the package", p => p.Add("dist/extra.dat", PackageBuilder.Zip("x/index.js.map", Encoding.UTF8.GetBytes(Map(p)))).Pack()),
        ("remote map", p => p.Pack("//# sourceMappingURL=https://acme-artifacts.s3.amazonaws.com/maps/index.js.map")),
        ("webpack eval", p => p.Pack("eval(\"__webpack_require__.r(__webpack_exports__);\\nconst secretSauce = (a) => a.map((b) => b * 2);\\nexport default secretSauce;\\n//# sourceURL=webpack://acme/./src/sauce.ts?\");")),
        ("typescript source", p => p.Add("dist/src/engine.ts", TypeScript(p)).Pack()),
        ("typescript under another name", p => p.Add("dist/engine.ts.txt", TypeScript(p)).Pack()),
    ];

    /// <summary>Leaks that block whatever the licence.</summary>
    public static readonly (string Name, Func<PackageBuilder, byte[]> Make)[] Always =
    [
        ("token in the bundle", p => p.Pack($"var k=\"{Token(p)}\";")),
        ("token in base64", p => p.Pack($"var k=atob(\"{Convert.ToBase64String(Encoding.ASCII.GetBytes("x=" + Token(p)))}\");")),
        ("token in hex", p => p.Pack($"var k=\"{Convert.ToHexString(Encoding.ASCII.GetBytes(Token(p)))}\";")),
        ("token in two halves", p => p.Pack($"var k=\"{Token(p)[..11]}\"+\"{Token(p)[11..]}\";")),
        ("token in UTF-16", p => p.Add("dist/strings.bin", [.. p.Bytes(64), .. Encoding.Unicode.GetBytes("login " + Token(p) + " now"), .. p.Bytes(64)]).Pack()),
        ("token in a zip", p => p.Add("dist/blob", PackageBuilder.Zip("config.txt", Encoding.ASCII.GetBytes(Token(p)))).Pack()),
        ("token in a map", p => p.Add("dist/index.js.map", JsonSerializer.Serialize(new { version = 3, sources = new[] { "a.ts" }, sourcesContent = new[] { $"const t = \"{Token(p)}\"" }, mappings = "AAAA" })).Pack()),
        ("private key", p => p.Add("dist/server.key", Pem()).Pack()),
        ("private key in code", p => p.Pack($"var pem=\"{Pem().Replace("\n", "\\n", StringComparison.Ordinal)}\";")),
        ("URL with a password", p => p.Pack($"connect(\"postgres://svc_app:{p.Key(16)}@db7.acme-prod.net:5432/main\");")),
        ("ADO.NET connection string", p => p.Add("dist/appsettings.json", $$$"""{"ConnectionStrings":{"Main":"Server=sql4.acme-prod.net;Database=shop;User Id=svc;Password={{{p.Key(14)}}}!;Encrypt=true"}}""").Pack()),
        ("assigned secret", p => p.Add("dist/config.js", $"module.exports = {{ clientSecret: \"{p.Key(40)}\", port: 80 }};\n").Pack()),
        ("environment file", p => p.Add("dist/.env", $"PORT=80\nSTRIPE_SECRET={p.Key(32)}\n").Pack()),
        ("npm credentials", p => p.Add("dist/.npmrc", $"//registry.acme-prod.net/:_authToken={p.Guid()}\n").Pack()),
        ("docker credentials", p => p.Add("dist/config.json", $$$$"""{"auths":{"registry.acme-prod.net":{"auth":"{{{{Convert.ToBase64String(Encoding.ASCII.GetBytes("bot:" + p.Key(20)))}}}}"}}}""").Pack()),
        ("basic authorization", p => p.Pack($"h.Authorization=\"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes("deploy:" + p.Key(18)))}\";")),
        ("safetensors", p => p.Add("dist/model.bin", Safetensors(p)).Pack()),
        ("gguf", p => p.Add("dist/data.dat", [.. "GGUF"u8, 3, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. p.Bytes(2_000_000)]).Pack()),
        ("name that leads out", p => p.Add("../../etc/cron.d/job", "* * * * * root true\n").Pack()),
    ];

    /// <summary>What looks like a leak and is none.</summary>
    public static readonly (string Name, Func<PackageBuilder, byte[]> Make)[] Harmless =
    [
        ("plain", p => p.Pack()),
        ("token with a wrong checksum", p => p.Pack($"var k=\"{Token(p)[..^6]}{"a1B2c3"}\";")),
        ("documented AWS key", p => p.Add("docs/aws.md", $"    aws_access_key_id = {"AKIA" + "IOSFODNN7EXAMPLE"}\n    aws_secret_access_key = {"wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"}\n").Pack()),
        ("placeholders", p => p.Add("dist/config.js", "module.exports={password:process.env.PASSWORD,secret:\"<your-secret>\",token:\"${TOKEN}\",apiKey:\"xxxxxxxxxxxxxxxx\",clientSecret:\"changeme\"};\n").Pack()),
        ("lock file", p => p.Add("yarn.lock", string.Concat(Enumerable.Range(0, 40).Select(i => $"pkg{i}@^1.0.0:\n  version \"1.{i}.0\"\n  resolved \"https://registry.yarnpkg.com/pkg{i}/-/pkg{i}-1.{i}.0.tgz#{p.Hex(20)}\"\n  integrity sha512-{Convert.ToBase64String(p.Bytes(64))}\n"))).Pack()),
        ("public key and certificate", p => p.Add("dist/root.pem", PublicPem(p)).Pack()),
        ("parser of private keys", p => p.Pack("var r=/-----BEGIN (RSA )?PRIVATE KEY-----([^-]+)-----END/,h=\"-----BEGIN PRIVATE KEY-----\\n\"+body+\"\\n-----END PRIVATE KEY-----\";")),
        ("mention of sourceMappingURL", p => p.Pack("n+=\"\\n//# sourceMappingURL=\"+t.map;var rx=/\\/\\/[#@] sourceMappingURL=([^\\s'\"]+)/;")),
        ("translations", p => p.Add("dist/de.json", """{"password":"Passwort","secret":"Geheimnis","api_key":"API-Schlüssel","token":"Sitzungsmarke","login.password.placeholder":"Passwort eingeben"}""").Pack()),
        ("digests", p => p.Add("dist/hashes.js", $"export const assetKeys={{\"main.js\":\"{p.Hex(16)}\",\"vendor.js\":\"{p.Hex(20)}\"}};export const etag=\"{p.Hex(32)}\";\n").Pack()),
        ("identifiers", p => p.Pack($"var tokenId=\"{p.Guid()}\",keyName=\"KeyboardEventHandlerRegistry\",secretType=\"SecretValueFromStore\",passwordRules=\"min-length-12\";")),
        ("image", p => p.Add("dist/logo.png", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, .. p.Bytes(3000)]).Pack()),
        ("wasm in base64", p => p.Pack($"var w=\"AGFzbQEAAAA{Convert.ToBase64String(p.Bytes(6000))}\";")),
        ("inline worker", p => p.Pack($"new Worker(\"data:text/javascript;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(p.Bundle()))}\");")),
        ("published keys", p => p.Pack("stripe(\"pk_test_" + p.Key(24) + "\");var site=\"6L" + p.Key(38) + "\";")),
    ];

    private static string Token(PackageBuilder p) => Fakes.GitHubToken(p.Seed);

    private static string Map(PackageBuilder p) => JsonSerializer.Serialize(new
    {
        version = 3,
        file = "index.js",
        sources = new[] { "../src/index.ts", "../src/engine.ts" },
        sourcesContent = new[] { TypeScript(p), TypeScript(p) },
        names = new[] { p.Word(), p.Word() },
        mappings = "AAAA,SAASA,CAAC,CAACC,CAAC;AACZ",
    });

    private static string TypeScript(PackageBuilder p) =>
        string.Concat(Enumerable.Range(0, 12).Select(i => $"export interface {p.Word()}{i} {{ {p.Word()}: string; readonly {p.Word()}?: number }}\nexport async function run{i}(input: {p.Word()}{i}, depth: number = {i}): Promise<void> {{\n  const {p.Word()}: Map<string, number> = new Map();\n  // internal: see the planning document\n  await Promise.resolve(input as unknown as string);\n}}\n"));

    private static string Pem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    private static string PublicPem(PackageBuilder p)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfoPem() + "\n-----BEGIN CERTIFICATE-----\n" + Convert.ToBase64String([0x30, 0x82, 2, 0, .. p.Bytes(512)], Base64FormattingOptions.InsertLineBreaks) + "\n-----END CERTIFICATE-----\n";
    }

    private static byte[] Safetensors(PackageBuilder p)
    {
        var header = Encoding.UTF8.GetBytes("""{"layer.weight":{"dtype":"F32","shape":[256,1024],"data_offsets":[0,1048576]},"layer.bias":{"dtype":"F32","shape":[1024],"data_offsets":[1048576,1052672]}}""");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. p.Bytes(1052672)];
    }
}
