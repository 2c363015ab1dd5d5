using System.Text;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes blocks of text, indented by the number of open braces.</summary>
internal sealed class SourceWriter
{
    private const int UsualLength = 16 * 1024;

    private readonly StringBuilder _text = new(UsualLength);
    private int _depth;
    private bool _isFirstMember;

    /// <summary>Writes one or more lines.</summary>
    public void Write(string block)
    {
        for (int start = 0; start <= block.Length;)
        {
            int next = block.IndexOf('\n', start);
            int end = next < 0 ? block.Length : next;
            int length = end - start;
            while (length > 0 && char.IsWhiteSpace(block[start + length - 1]))
            {
                length--;
            }

            if (length > 0)
            {
                _text.Append(' ', _depth * 4).Append(block, start, length);
            }

            _text.Append('\n');
            start = end + 1;
        }
    }

    public void WriteBlankLine() => _text.Append('\n');

    /// <summary>Writes a member of a type, with a blank line before it unless it is the first one.</summary>
    public void WriteMember(string block)
    {
        StartMember();
        Write(block);
    }

    /// <summary>Writes a blank line before the next member, unless it is the first one.</summary>
    public void StartMember()
    {
        if (!_isFirstMember)
        {
            WriteBlankLine();
        }

        _isFirstMember = false;
    }

    public void Open()
    {
        Write("{");
        _depth++;
        _isFirstMember = true;
    }

    public void Close()
    {
        _depth--;
        Write("}");
        _isFirstMember = false;
    }

    public override string ToString() => _text.ToString();
}
