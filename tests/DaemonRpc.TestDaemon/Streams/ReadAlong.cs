using System.Globalization;

namespace DaemonRpc.TestDaemon.Streams;

/// <summary>Reads streams that the daemon returns.</summary>
internal static class ReadAlong
{
    /// <summary>Reads for ever, and says once that it does.</summary>
    public static async Task ForeverAsync(TestServiceClient client)
    {
        await using Stream stream = await client.MakeBytesAsync(int.MaxValue, "wait");
        byte[] buffer = new byte[1000];
        await stream.ReadExactlyAsync(buffer);
        Console.WriteLine("asked");
        while (await stream.ReadAsync(buffer) > 0)
        {
        }
    }

    /// <summary>Writes some of a file, says so, and does no more.</summary>
    public static async Task WriteSomeAsync(TestServiceClient client, string path)
    {
        await using Stream stream = await client.CreateAsync(path);
        await stream.WriteAsync(new byte[1000]);
        Console.WriteLine("asked");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Uses streams of all kinds, and says how many descriptors this process had after the first round and after the last.</summary>
    public static async Task CountDescriptorsAsync(TestServiceClient client, string path)
    {
        await UseAsync(client, path);
        int first = Count();
        for (int time = 0; time < 50; time++)
        {
            await UseAsync(client, path);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first} {Count()}"));
    }

    private static int Count() => Directory.GetFiles("/proc/self/fd").Length;

    private static async Task UseAsync(TestServiceClient client, string path)
    {
        await (await client.OpenFileAsync(path, 1))!.DisposeAsync();
        await using (Stream read = await client.MakeBytesAsync(1000, ""))
        {
            await read.CopyToAsync(Stream.Null);
        }

        // Closed before anything was read.
        await (await client.MakeBytesAsync(1000, "wait")).DisposeAsync();
        await (await client.CreateAsync(path)).DisposeAsync();
        try
        {
            _ = await client.CreateAsync(Path.Join(path, "below a file"));
        }
        catch (DaemonRemoteException)
        {
            // What was to be.
        }
    }
}
