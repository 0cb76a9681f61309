using Sallyport.Ready;

// Sallyport.Ready PROFILE CORELIB ASSEMBLY…: writes the profile, when it says something else than before.
if (args.Length < 3)
{
    Console.Error.WriteLine("usage: Sallyport.Ready PROFILE CORELIB ASSEMBLY...");
    return 2;
}
using var core = new AssemblyFile(args[1]);
var profile = new Profile(core);
foreach (var path in args[2..])
{
    using var assembly = new AssemblyFile(path);
    foreach (var machine in StateMachines.In(assembly)) profile.Add(machine, assembly.Name);
}
var bytes = profile.Write(Path.GetFileName(args[0]));
if (!File.Exists(args[0]) || !File.ReadAllBytes(args[0]).AsSpan().SequenceEqual(bytes)) File.WriteAllBytes(args[0], bytes);
return 0;
