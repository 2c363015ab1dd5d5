namespace DaemonRpc.TestDaemon;

/// <summary>A client that lives, and for each line it reads connects anew, makes one call, and leaves.</summary>
internal static class Rounds
{
    public static async Task RunAsync(DaemonClientOptions options)
    {
        Console.WriteLine("waiting");
        while (await Console.In.ReadLineAsync() is { } round)
        {
            try
            {
                await using TestServiceClient client = await TestServiceClient.ConnectAsync(options);
                Description description = await client.DescribeAsync();
                Console.WriteLine($"round {round}: {description.ProcessId} {client.Daemon.Origin}");
            }
            catch (DaemonException exception)
            {
                Console.WriteLine($"round {round}: {exception.GetType().Name} {exception.Message}");
            }
        }
    }
}
