using Sallyport.Engine.Models;

namespace Sallyport.Providers.Tests;

/// <summary>A credential does not get out by accident.</summary>
public sealed class ProviderOptionsTests
{
    [Fact]
    public void Options_that_are_printed_do_not_show_the_credential()
    {
        using var http = new HttpClient();
        Assert.Equal("http://127.0.0.1:1", new ProviderOptions("http://127.0.0.1:1", "the-credential", http).ToString());
    }
}
