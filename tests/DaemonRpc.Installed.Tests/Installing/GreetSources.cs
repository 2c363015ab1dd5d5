namespace DaemonRpc.Installed.Tests.Installing;

/// <summary>The sources of a stranger's tool that greets, and says who greeted.</summary>
internal static class GreetSources
{
    public const string Contract = """
        using DaemonRpc;
        using MemoryPack;

        namespace Acme.Greeting;

        [DaemonRpc("daemonrpc.tests.greet")]
        public partial interface IGreeter
        {
            Task<Greeting> GreetAsync(Guest guest, CancellationToken cancellationToken = default);
        }

        [MemoryPackable]
        public partial record Guest(string Name, Dictionary<string, List<Guest>>? Friends);

        [MemoryPackable]
        public partial record Greeting(string Text, Speaker By);

        [MemoryPackable]
        public partial record Speaker(string Version, int ProcessId, int Greetings, string Program);
        """;

    /// <summary>Prints the client's version, the daemon's, its process, how many greetings it gave, how it was found, and its program.</summary>
    public const string Program = """
        using Acme.Greeting;
        using DaemonRpc;

        if (GreeterDaemon.IsRequested)
        {
            return await GreeterDaemon.RunAsync(_ => new Greeter());
        }

        var options = new DaemonClientOptions { VersionPolicy = args is ["--side-by-side", ..] ? VersionPolicy.SideBySide : VersionPolicy.NewerWins };
        try
        {
            await using GreeterClient greeter = await GreeterClient.ConnectAsync(options);
            var friends = new Dictionary<string, List<Guest>> { ["Köln"] = [new Guest("Zoë", null), new Guest("Åsa", [])] };
            Greeting greeting = await greeter.GreetAsync(new Guest("Ada", friends));
            if (greeting.Text != "Hello Ada, Zoë, Åsa!")
            {
                Console.WriteLine($"wrong: {greeting.Text}");
                return 1;
            }

            Speaker by = greeting.By;
            Console.WriteLine($"{Release.Version}|{by.Version}|{by.ProcessId}|{by.Greetings}|{greeter.Daemon.Origin}|{by.Program}");
            return 0;
        }
        catch (DaemonException exception)
        {
            Console.WriteLine($"{exception.GetType().Name}: {exception.Message}");
            return 3;
        }

        internal sealed class Greeter : IGreeter
        {
            private int _greetings;

            public Task<Greeting> GreetAsync(Guest guest, CancellationToken cancellationToken)
            {
                string names = string.Join(", ", guest.Friends!.Values.SelectMany(friends => friends).Select(friend => friend.Name).Prepend(guest.Name));
                return Task.FromResult(new Greeting($"Hello {names}!", new Speaker(Release.Version, Environment.ProcessId, ++_greetings, Environment.ProcessPath!)));
            }
        }
        """;
}
