using System.IO.Compression;
using System.Text;

namespace Sallyport.Guard.Tests.Packing;

/// <summary>Name, version, licence and profile, out of every manifest that we read.</summary>
public sealed class ManifestTests
{
    [Theory]
    [InlineData("package.json", "{\"name\":\"a\",\"version\":\"1.0\",\"license\":\"MIT\"}", "a", "1.0", Profile.Open)]
    [InlineData("package.json", "\uFEFF{\"name\":\"a\",\"version\":\"1.0\",\"license\":\"MIT\"}", "a", "1.0", Profile.Open)]
    [InlineData("package.json", "{\"name\":\"a\",\"version\":\"1.0\",\"license\":\"MIT\",\"private\":true}", "a", "1.0", Profile.Closed)]
    [InlineData("package.json", "{\"name\":\"a\",\"version\":\"1.0\"}", "a", "1.0", Profile.Closed)]
    [InlineData("package.json", "{\"name\":\"a\",\"version\":\"1.0\",\"license\":\"SEE LICENSE IN LICENSE\"}", "a", "1.0", Profile.Closed)]
    [InlineData("package.json", "{\"name\":\"a\",\"version\":\"1.0\",\"license\":\"UNLICENSED\"}", "a", "1.0", Profile.Closed)]
    [InlineData("A.nuspec", "<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata><id>A</id><version>2.0</version><license type=\"expression\">Apache-2.0</license></metadata></package>", "A", "2.0", Profile.Open)]
    [InlineData("A.nuspec", "<package><metadata><id>A</id><version>2.0</version><license type=\"file\">LICENSE</license></metadata></package>", "A", "2.0", Profile.Closed)]
    [InlineData("A.nuspec", "<package><metadata><id>A</id><version>2.0</version><licenseUrl>https://licenses.nuget.org/MIT</licenseUrl></metadata></package>", "A", "2.0", Profile.Open)]
    [InlineData("A.nuspec", "<package><metadata><id>A</id><version>2.0</version></metadata></package>", "A", "2.0", Profile.Closed)]
    [InlineData("A.csproj", "<Project><PropertyGroup><PackageId>A</PackageId><Version>3</Version><PackageLicenseExpression>MIT</PackageLicenseExpression></PropertyGroup></Project>", "A", "3", Profile.Open)]
    [InlineData("a-1.0.dist-info/METADATA", "Metadata-Version: 2.4\nName: a\nVersion: 1.0\nLicense-Expression: MIT OR Apache-2.0\n\nText\n", "a", "1.0", Profile.Open)]
    [InlineData("a-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nClassifier: License :: OSI Approved :: BSD License\n\nText\n", "a", "1.0", Profile.Open)]
    [InlineData("a-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nLicense: MIT\nClassifier: Private :: Do Not Upload\n\nText\n", "a", "1.0", Profile.Closed)]
    [InlineData("a-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nClassifier: License :: Other/Proprietary License\n\nText\n", "a", "1.0", Profile.Closed)]
    [InlineData("PKG-INFO", "Metadata-Version: 2.1\r\nName: a\r\nVersion: 1.0\r\nLicense: MIT License\r\n Copyright X\r\n\r\n", "a", "1.0", Profile.Open)]
    [InlineData("pyproject.toml", "[project]\nname = \"a\" # c\nversion = '1'\nlicense = {text = \"MIT\"}\nclassifiers = [\n  \"Programming Language :: Python\", # x\n]\n", "a", "1", Profile.Open)]
    [InlineData("pyproject.toml", "[project]\nname = \"a\"\nversion = \"1\"\nlicense = \"Apache-2.0\"\n", "a", "1", Profile.Open)]
    [InlineData("pyproject.toml", "[project]\nname = \"a\"\nversion = \"1\"\nlicense = {file = \"LICENSE\"}\n", "a", "1", Profile.Closed)]
    [InlineData("pyproject.toml", "[tool.poetry]\nname = \"a\"\nversion = \"1\"\nlicense = \"BSD-3-Clause\"\n", "a", "1", Profile.Open)]
    [InlineData("pyproject.toml", "[project]\nname = \"a\"\nversion = \"1\"\nlicense = \"MIT\"\nclassifiers = [\"Private :: Do Not Upload\"]\n", "a", "1", Profile.Closed)]
    [InlineData("setup.cfg", "[metadata]\nname = a\nversion = 1\nclassifiers =\n    License :: OSI Approved :: MIT License\n", "a", "1", Profile.Open)]
    [InlineData("setup.py", "from setuptools import setup\nsetup(\n  name='a',\n  version=\"1\",\n  license='MIT',\n)\n", "a", "1", Profile.Open)]
    [InlineData("Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.2.3\"\nlicense = \"MIT/Apache-2.0\"\n\n[dependencies]\nx = { version = \"1\" }\n", "a", "1.2.3", Profile.Open)]
    [InlineData("Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.2.3\"\nlicense = \"MIT\"\npublish = false\n", "a", "1.2.3", Profile.Closed)]
    [InlineData("pom.xml", "<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version><licenses><license><name>The Apache Software License, Version 2.0</name></license></licenses></project>", "g:a", "1", Profile.Open)]
    [InlineData("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nBundle-SymbolicName: org.exa\r\n mple\r\nBundle-Version: 1\r\nBundle-License: https://www.apache.org/licenses/LICENSE-2.0.txt\r\n\r\n", "org.example", "1", Profile.Open)]
    public void Reads_name_version_and_licence(string file, string content, string name, string version, Profile profile)
    {
        using var folder = new TempFolder();
        folder.Write(file, content);
        folder.Write("LICENSE", "MIT License\n\nPermission is hereby granted, free of charge\n");
        var report = Checks.Check(folder.Path, asIs: true);
        Assert.Equal((name, version, profile), (report.Name, report.Version, report.Profile));
    }

    [Fact]
    public void Reads_the_specification_inside_a_gem()
    {
        using var folder = new TempFolder();
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes("--- !ruby/object:Gem::Specification\nname: a\nversion: !ruby/object:Gem::Version\n  version: 1.2.3\nlicenses:\n- MIT\nfiles: []\n"));
        using var gem = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(gem, leaveOpen: true))
            tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "metadata.gz") { DataStream = new MemoryStream(packed.ToArray()) });
        var report = Checks.Check(folder.Write("a-1.2.3.gem", gem.ToArray()));
        Assert.Equal(("a", "1.2.3", Profile.Open), (report.Name, report.Version, report.Profile));
    }

    [Fact]
    public void An_extension_is_open_when_its_package_json_says_so()
    {
        using var folder = new TempFolder();
        folder.Write("extension.vsixmanifest", "<PackageManifest xmlns=\"http://schemas.microsoft.com/developer/vsx-schema/2011\"><Metadata><Identity Id=\"a\" Version=\"1\" Publisher=\"p\"/><License>extension/LICENSE.txt</License></Metadata></PackageManifest>");
        folder.Write("extension/package.json", "{\"name\":\"a\",\"version\":\"1\",\"license\":\"MIT\"}");
        var report = Checks.Check(folder.Path, asIs: true);
        Assert.Equal(("a", "1", Profile.Open), (report.Name, report.Version, report.Profile));
    }
}
