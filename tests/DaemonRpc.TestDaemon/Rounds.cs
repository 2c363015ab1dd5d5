namespace DaemonRpc.TestDaemon;

/// <summary>A client that lives, and for each line it reads connects anew, makes one call, and leaves. With a file, the call notes the line there.</summary>
internal static class Rounds
{
    public static async Task RunAsync(DaemonClientOptions options, string? noteFile)
    {
        Console.WriteLine("waiting");
        while (await Console.In.ReadLineAsync() is { } round)
        {
            try
            {
                await using TestServiceClient client = await TestServiceClient.ConnectAsync(options);
                int processId = noteFile is null ? (await client.DescribeAsync()).ProcessId : await client.NoteAsync(noteFile, round);
                Console.WriteLine($"round {round}: {processId} {client.Daemon.Origin}");
            }
            catch (DaemonException exception)
            {
                Console.WriteLine($"round {round}: {exception.GetType().Name} {exception.Message}");
            }
        }
    }
}
