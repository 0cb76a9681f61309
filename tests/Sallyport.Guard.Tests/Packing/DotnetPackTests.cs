namespace Sallyport.Guard.Tests.Packing;

/// <summary>Packages that <c>dotnet pack</c> itself made.</summary>
public sealed class DotnetPackTests
{
    [Theory]
    [InlineData("embedded", true, true)]
    [InlineData("none", false, false)]
    public void Tells_a_package_with_its_sources_inside_from_one_without(string symbols, bool sources, bool blocked)
    {
        using var folder = new TempFolder();
        folder.Write("Acme.Price.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Version>1.0.0</Version>
                <DebugType>{symbols}</DebugType>
                <EmbedAllSources>{(sources ? "true" : "false")}</EmbedAllSources>
                <Deterministic>true</Deterministic>
                <PathMap>$(MSBuildProjectDirectory)=/_/</PathMap>
              </PropertyGroup>
            </Project>
            """);
        folder.Write("Price.cs", "namespace Acme;\n\npublic static class Price\n{\n    public static int Of(int pieces) => pieces * 100;\n}\n");
        Tools.Run(folder.Path, "dotnet", ["pack", "-c", "Release", "-o", "out", "-v", "quiet", "--nologo"]);
        var report = Checks.Check(Path.Combine(folder.Path, "out", "Acme.Price.1.0.0.nupkg"), Policy.Default);
        Assert.Equal(blocked ? Verdict.Blocked : Verdict.Clean, report.Verdict);
        Assert.Equal(blocked, report.Rules().Any(rule => rule.StartsWith("source.", StringComparison.Ordinal)));
    }
}
