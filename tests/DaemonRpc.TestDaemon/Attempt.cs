using System.Globalization;

namespace DaemonRpc.TestDaemon;

/// <summary>A client that tells in one line how far it came, for tests in which it must not come far.</summary>
internal static class Attempt
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using TestServiceClient client = await TestServiceClient.ConnectAsync(ClientCommand.Options(args));
            int sum = await client.AddAsync(1, 2);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"connected {client.Daemon.ProcessId} {client.Daemon.Origin} {sum}"));
            return 0;
        }
        catch (DaemonException exception)
        {
            Console.WriteLine($"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
            return 3;
        }
    }
}
