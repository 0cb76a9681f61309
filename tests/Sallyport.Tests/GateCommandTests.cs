namespace Sallyport.Tests;

public sealed class GateCommandTests
{
    [Fact]
    public async Task A_target_that_does_not_exist_ends_with_3()
    {
        Assert.Equal(3, await Sallyport.Gate.GateCommand.Root().Parse(["gate", "check", "/no/such/thing"]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
    }
}
