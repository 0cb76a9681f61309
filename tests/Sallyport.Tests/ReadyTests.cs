using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Sallyport.Ready;
using AssemblyFile = Sallyport.Ready.AssemblyFile;

namespace Sallyport.Tests;

public sealed class ReadyTests
{
    [Fact]
    public void The_profile_names_what_a_waiting_method_needs_and_is_the_same_each_time()
    {
        using var core = new AssemblyFile(typeof(object).Assembly.Location);
        using var http = new AssemblyFile(typeof(HttpClient).Assembly.Location);
        var machines = StateMachines.In(http).ToArray();
        Assert.Contains(machines, m => m.Type.Name!.Text.StartsWith("System.Net.Http.HttpConnectionPool/<CreateHttp11ConnectionAsync>", StringComparison.Ordinal) && m.Result == Shape.Object);

        var first = Write();
        Assert.Equal(first, Write());
        using var file = new PEReader(new MemoryStream(first));
        var reader = file.GetMetadataReader();
        var names = reader.MemberReferences.Select(h => reader.GetString(reader.GetMemberReference(h).Name)).ToArray();
        Assert.Equal(machines.Length, names.Count("ExecutionContextCallback".Equals));
        // By interface, and on a given thread.
        Assert.Equal(2 * machines.Length, names.Count("MoveNext".Equals));
        Assert.Contains(reader.MethodDefinitions, h => reader.GetString(reader.GetMethodDefinition(h).Name) == "AssemblyDictionary");
        Assert.Contains(reader.AssemblyReferences, h => reader.GetString(reader.GetAssemblyReference(h).Name) == "System.Net.Http");

        byte[] Write()
        {
            var profile = new Profile(core);
            foreach (var machine in machines) profile.Add(machine, http.Name);
            return profile.Write("async.mibc");
        }
    }

    [Fact]
    public void What_shares_no_code_is_left_to_the_compiler()
    {
        using var http = new AssemblyFile(typeof(HttpClient).Assembly.Location);
        Assert.All(StateMachines.In(http), m => Assert.True(m.Result.IsShared || !m.Type.Parts.IsDefault));
    }
}
